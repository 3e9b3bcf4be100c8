"""Policy and what it decided."""

from rules.models.decision import Decision, IdempotencyKey, Outcome
from rules.models.emergency_stop import EmergencyStop
from rules.models.referral import Referral, ReferralResolution, ReferralStep
from rules.models.review_authority import ReviewAuthority
from rules.models.rule_set import RuleSet, RuleSetActivation, RuleSetVersion

__all__ = [
    "Decision",
    "EmergencyStop",
    "IdempotencyKey",
    "Outcome",
    "Referral",
    "ReferralResolution",
    "ReferralStep",
    "ReviewAuthority",
    "RuleSet",
    "RuleSetActivation",
    "RuleSetVersion",
]
