"""Measures of how two writers differ: pure functions of counts and texts, with intervals over questions."""
