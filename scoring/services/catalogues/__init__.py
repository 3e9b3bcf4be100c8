"""The variable catalogue: drafted, registered, approved and live."""
