"""Referred applications in the admin: the queue, the work on one, and who may decide how much."""
