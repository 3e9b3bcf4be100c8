"""Training: from any table to a model package, honestly measured and repeatable."""
