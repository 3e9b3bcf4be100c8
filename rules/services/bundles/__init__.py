"""What decides together: a rule-set version, models and a catalogue, loaded and held to their approvals."""
