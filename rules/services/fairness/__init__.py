"""Fairness of rule sets: measured before approval, with the search for less discriminatory ones."""
