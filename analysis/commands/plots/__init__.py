"""``tessy-analyze plot``: one figure from files, each figure a command of its own."""
