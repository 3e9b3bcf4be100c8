"""Portraits of customers: what they are made from, made as of an instant, and kept."""
