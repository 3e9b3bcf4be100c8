"""Made-up books of any size, for measuring and trying: nothing in them is of a real person."""
