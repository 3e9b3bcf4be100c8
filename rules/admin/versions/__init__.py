"""Rule sets and their versions in the admin: tabs, forms, exchange of files, and the way to approval."""
