"""The variable catalogue as it is edited: its drafts and their way to approval."""
