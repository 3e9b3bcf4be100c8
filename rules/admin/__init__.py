"""Policy and decisions in the admin."""

from rules.admin import rule_sets, versions

__all__ = ["rule_sets", "versions"]
