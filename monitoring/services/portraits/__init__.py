"""Portraits of loans as reviews read them: many at once, as of an instant."""
