"""Referred applications as the work of people, and how much each of them may decide."""
