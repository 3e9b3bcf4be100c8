"""Delinquency against the book: read in bulk, kept as history, paused, cured and upgraded by four eyes."""
