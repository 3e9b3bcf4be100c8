"""Diversion in the book: statements read, findings written, decided on and read."""
