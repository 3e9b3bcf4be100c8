"""Diversion: whether the money of a loan went where its declared purpose says. The core is pure."""
