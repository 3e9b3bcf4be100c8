"""Portraits in the admin: a customer as of a date, in words and pictures."""
