"""The comparison of corpora as a folder: one JSON, one page, tables and figures."""
