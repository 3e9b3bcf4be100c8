"""How late a loan is, which bucket and category that is, and how loans move between them. Pure."""
