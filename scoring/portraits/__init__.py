"""Portraits: a customer's variables as of an instant, by dimension, with their quality. Pure.

`observation` says what a source tells, `held` which of it counts, `quality` how good it is, `coefficient` what risk
it amounts to, `portrait` puts them together. `scoring.services.portraits.making` reads the sources.
"""
