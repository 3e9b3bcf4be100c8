"""Delinquency in the admin: a loan's history, roll rates, vintages, pauses and upgrades."""
