"""A model whose validation is overdue opens a case on its product: somebody validates it, or says why not."""

from datetime import date, datetime, timedelta
from typing import Final

from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.case_topics import Topic
from monitoring.levels import NONE
from monitoring.models import WarningCase
from monitoring.services.cases.raising import Reason, case_raise
from scoring.models import ModelPackage
from scoring.services.models.keeping import Keeping, keepings_of

ACTOR: Final = "system:validations"
LONG: Final = timedelta(days=30)
"""Overdue for longer than this is graver."""
State = ModelPackage.State


def validation_cases_raise(at: datetime) -> list[WarningCase]:
    """Look at every champion and challenger of active products, as of each product's business date; the cases told.

    One case for each model: the same day missed counts once however often this looks. A model validated meanwhile is
    a milder look, and a person closes its case.
    """
    found = []
    for product in Product.objects.filter(is_active=True).order_by("code"):
        on = business_date_of(at, product.timezone)
        in_use = ModelPackage.objects.filter(product=product, state__in=[State.CHAMPION, State.CHALLENGER])
        models = list(in_use.defer("package").order_by("pk"))
        keepings = keepings_of(models, on)
        found += [_raise(model, product, keepings[model.content_hash], on, at) for model in models]
    return [case for case in found if case is not None]


def _raise(model: ModelPackage, product: Product, keeping: Keeping, on: date, at: datetime) -> WarningCase | None:
    level, reasons = _found(model, keeping, on)
    return case_raise(
        topic=Topic.VALIDATION,
        key=f"validation/{model.content_hash}",
        product=product,
        level=level,
        reasons=reasons,
        at=at,
        occasion=f"{keeping.next_validation_on or 'not stated'}/{level}",
        facts={"model": model.content_hash},
        actor=ACTOR,
    )


def _found(model: ModelPackage, keeping: Keeping, on: date) -> tuple[str, list[Reason]]:
    """The level, and the reason in both languages; a champion is graver than a challenger, which decides nothing."""
    day = keeping.next_validation_on
    if day is None:
        words = (f"{model.name}: by when it is validated anew is not stated", f"{model.name}：未说明下次验证日期")
        return "BLUE", [_reason("VALIDATION_NOT_STATED", *words)]
    if not keeping.is_overdue(on):
        return NONE, []
    words = (
        f"{model.name}: to be validated by {day}, {(on - day).days} days ago; owner {keeping.owner or 'not stated'}",
        f"{model.name}：应于{day}前完成验证，已逾期{(on - day).days}天；负责人：{keeping.owner or '未说明'}",
    )
    levels = ("YELLOW", "ORANGE") if model.state == State.CHAMPION else ("BLUE", "YELLOW")
    return levels[on - day > LONG], [_reason("VALIDATION_OVERDUE", *words)]


def _reason(code: str, en: str, zh: str) -> Reason:
    return {"code": code, "en": en, "zh": zh}
