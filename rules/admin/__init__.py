"""Policy and decisions in the admin."""

from rules.admin import decisions, rule_sets, versions

__all__ = ["decisions", "rule_sets", "versions"]
