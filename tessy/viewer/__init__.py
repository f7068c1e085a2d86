"""Traces to look at: a page of HTML for whole files of rows, and the same rendering in notebooks."""
