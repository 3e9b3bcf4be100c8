"""Rule sets and their versions: drafted, checked, approved and live."""
