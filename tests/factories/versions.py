"""Drafts of a small policy and the people who handle them."""

import copy
from datetime import datetime
from typing import Any

from audit.models import User
from rules.models import RuleSet, RuleSetVersion
from rules.services.versions.life import version_draft, version_submit
from tests.factories.audit import AT, user
from tests.factories.decisions import SMALL_POLICY, product

POLICY: dict[str, Any] = {**SMALL_POLICY, "derived": [], "grades": [], "cases": []}
MAKER = (
    "rules.view_ruleset",
    "rules.view_rulesetversion",
    "rules.add_rulesetversion",
    "rules.change_rulesetversion",
    "rules.delete_rulesetversion",
)
VIEWER = ("rules.view_ruleset", "rules.view_rulesetversion")


def rule_set(code: str = "instalment-pre-loan") -> RuleSet:
    """The pre-loan rule set of the instalment product."""
    made, _ = RuleSet.objects.get_or_create(
        code=code,
        defaults={
            "name_en": "Instalment loans before the loan",
            "name_zh": "分期贷款贷前规则",
            "product": product(),
            "stage": RuleSet.Stage.PRE_LOAN,
        },
    )
    return made


def maker() -> User:
    """Somebody who writes policy."""
    return user(permissions=MAKER, is_staff=True)


def checker() -> User:
    """Somebody who approves it."""
    return user(permissions=VIEWER, is_checker=True, is_staff=True)


def policy(largest: int = 500_000) -> dict[str, Any]:
    """The small policy with this threshold."""
    document = copy.deepcopy(POLICY)
    document["parameters"][0]["value"] = largest
    return document


def draft(author: User, *, largest: int = 500_000, at: datetime = AT) -> RuleSetVersion:
    """A draft of the small policy."""
    return version_draft(rule_set=rule_set(), author=author, at=at, document=policy(largest))


def submitted(author: User, *, largest: int = 500_000, at: datetime = AT, **options: Any) -> RuleSetVersion:
    """A version that waits for approval."""
    version = draft(author, largest=largest, at=at)
    version_submit(version=version, maker=author, at=at, **options)
    return RuleSetVersion.objects.get(pk=version.pk)
