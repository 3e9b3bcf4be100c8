"""Rule sets themselves: made once per product and stage, then only their versions change."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import Product
from rules.models import RuleSet


@transaction.atomic
def rule_set_create(
    *, code: str, name_en: str, name_zh: str, product: Product, stage: str, actor: User, at: datetime
) -> RuleSet:
    """A rule set without versions: nothing decides until one is approved."""
    rule_set = RuleSet.objects.create(code=code, name_en=name_en, name_zh=name_zh, product=product, stage=stage)
    entry_append(
        kind="rule_set.created",
        object_type="rule_set",
        object_id=str(rule_set.pk),
        actor=actor_user(actor),
        payload={"code": code, "product": product.code, "stage": stage},
        recorded_at=at,
    )
    return rule_set


def document_blank(rule_set: RuleSet) -> dict[str, Any]:
    """A policy that says nothing yet: without a rule every application goes to a person, no loan raises a warning."""
    default = "REFER" if rule_set.stage == RuleSet.Stage.PRE_LOAN else "NONE"
    return {"schema": 1, "product": rule_set.product.code, "stage": rule_set.stage, "default_outcome": default}
