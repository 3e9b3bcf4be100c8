"""The decision, from the request to the stored record, and deciding a stored one again."""
