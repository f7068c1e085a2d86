"""Two vLLM engines and several ways to let them take turns, measured beside each other."""
