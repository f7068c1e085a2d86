"""Rows of corpora in the files and folders users have, read as streams: memory does not grow with their size."""
