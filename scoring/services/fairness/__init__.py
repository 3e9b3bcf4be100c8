"""Fairness before approval: the governed policy, the gate, and the tables it measures on."""
