"""Formats of this language; see `riskengine.formats`."""
