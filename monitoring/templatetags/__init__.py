"""Filters of monitoring's pages."""
