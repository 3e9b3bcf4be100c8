"""Policy and what it decided."""

from rules.models.decision import Decision, IdempotencyKey, Outcome
from rules.models.rule_set import RuleSet, RuleSetActivation, RuleSetVersion

__all__ = ["Decision", "IdempotencyKey", "Outcome", "RuleSet", "RuleSetActivation", "RuleSetVersion"]
