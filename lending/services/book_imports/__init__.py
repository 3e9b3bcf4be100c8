"""Imports of the book against the database: asked, read, landed part by part, resumed."""
