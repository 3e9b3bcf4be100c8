"""Rows of somebody else's tables as facts of the book: fields, columns, units, duplicates. Pure."""
