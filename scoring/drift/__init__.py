"""Whether a population, a model or a rule is still what it was. Pure."""
