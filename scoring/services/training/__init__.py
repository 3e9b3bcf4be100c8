"""Trainings that people ask for, and the runs that work them."""
