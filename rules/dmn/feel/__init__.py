"""FEEL as the DMN standard has it: 34-digit decimals, names with spaces, null for every error."""
