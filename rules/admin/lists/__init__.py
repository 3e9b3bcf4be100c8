"""Black, white and grey lists in the admin: found, proposed, imported and approved."""
