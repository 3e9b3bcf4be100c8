"""Pages for people without an account: verifying a health code, and the holder's own."""
