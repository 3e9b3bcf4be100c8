"""What the editor of a draft asks the server: data, conditions, cases and trials, as JSON."""
