"""The one place that raises what is no warning of a review: on a loan, a customer or a product, with its case.

Hits of one key merge into one open case; its level rises at once and falls slowly, and after a closing the same or a
milder level stays quiet for the days of the product's policy, as warnings do; a worse level wakes a snoozed one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from audit.services.log import entry_append
from lending.business_dates import business_date_of
from lending.models import Customer, Loan, Product
from monitoring.case_topics import Topic
from monitoring.levels import level_rank
from monitoring.models import WarningCase
from monitoring.services.cases.snoozes import snooze_of, snooze_stop
from monitoring.warning_policy import WarningPolicy, warning_policy_of
from rules.services.working_days import working_day_end

ACTOR: Final = "system:cases"
REASONS_MOST: Final = 4
_MERGED: Final = (
    *("level_rank", "lower_count", "lower_rank", "reasons", "hit_count"),
    *("facts", "due_at", "snoozed_until"),
)
State = WarningCase.State
Reason = Mapping[str, str]
"""`code`, `zh` and `en`."""


@transaction.atomic
def case_raise(
    *,
    topic: Topic,
    key: str,
    product: Product,
    level: str,
    reasons: Sequence[Reason],
    at: datetime,
    occasion: str = "",
    loan: Loan | None = None,
    customer: Customer | None = None,
    facts: Mapping[str, Any] | None = None,
    exposure_minor: int = 0,
    actor: str = ACTOR,
) -> WarningCase | None:
    """What was found of a matter: open its case, or merge into the open one; None where nothing opens.

    `key` names the matter: one open case each. `level` is BLUE to RED, or NONE where a look found nothing: an open case
    falls after as many milder looks in a row as the policy's reviews, to the worst of them, and never to NONE. One
    `occasion` (a period, a run) counts once. `loan` or `customer` as the topic asks; the product's officers work it.
    """
    with connection.cursor() as cursor:
        # Two at once would both find no case.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"case/{key}"])
    policy = warning_policy_of(product.code, on=business_date_of(at, product.timezone))
    rank = level_rank(level)
    found = [dict(reason) for reason in reasons[:REASONS_MOST]]
    known = {**(facts or {}), "occasion": occasion}
    case = WarningCase.objects.select_for_update(of=("self",)).filter(key=key).exclude(state=State.CLOSED).first()
    if case is not None:
        return _merged(case, rank, found, known, policy, at)
    if not rank:
        return None
    quiet = _closed_lately(key, rank, policy, at)
    if quiet is not None:
        _record("kept_quiet", quiet, level, at, actor)
        return None
    case = WarningCase.objects.create(
        topic=topic,
        key=key,
        loan=loan,
        customer=customer,
        product=product,
        level_rank=rank,
        exposure_minor=exposure_minor,
        opened_at=at,
        due_at=_due_at(product, rank, policy, at),
        reasons=found,
        facts=known,
    )
    _record("opened", case, level, at, actor)
    return case


def case_raise_once(*, key: str, **given: Any) -> WarningCase | None:
    """As `case_raise`, but a matter that ever had a case gets no other."""
    return None if WarningCase.objects.filter(key=key).exists() else case_raise(key=key, **given)


def _merged(
    case: WarningCase,
    rank: int,
    reasons: list[dict[str, str]],
    facts: dict[str, Any],
    policy: WarningPolicy,
    at: datetime,
) -> WarningCase:
    before, held = case.level_rank, case.facts or {}
    is_again = bool(facts["occasion"]) and facts["occasion"] == held.get("occasion")
    if rank >= before:
        case.level_rank, case.lower_count, case.lower_rank = rank, 0, 0
    elif not is_again:
        case.lower_count, case.lower_rank = case.lower_count + 1, max(case.lower_rank, rank)
        if case.lower_count >= policy.fall_reviews and case.lower_rank:
            # What lies below begins to be counted anew.
            case.level_rank, is_below = case.lower_rank, rank < case.lower_rank
            case.lower_count, case.lower_rank = int(is_below), rank if is_below else 0
    if rank:
        case.reasons = reasons
        case.hit_count += not is_again
    case.facts = facts if rank else {**held, "occasion": facts["occasion"]}
    if rank > before:
        case.due_at = min(case.due_at, _due_at(case.product, rank, policy, at))
    snooze = snooze_of(case, at)
    if snooze is not None and snooze.started_at is not None and rank > level_rank(snooze.level):
        snooze_stop(case, "WOKEN", at)
        case.snoozed_until = None
    case.save(update_fields=_MERGED)
    return case


def _closed_lately(key: str, rank: int, policy: WarningPolicy, at: datetime) -> WarningCase | None:
    """The last case of the matter, if its closing keeps this level quiet still; a worse one never is."""
    last = WarningCase.objects.filter(key=key).order_by("-closed_at").first()
    if last is None or last.closed_at is None or rank > last.level_rank:
        return None
    return last if (at - last.closed_at).days < policy.cooldown_days else None


def _due_at(product: Product, rank: int, policy: WarningPolicy, at: datetime) -> datetime:
    days = policy.due_days[rank - 1]
    return working_day_end(at, zone=product.timezone, working_days=days, product_code=product.code)


def _record(what: str, case: WarningCase, level: str, at: datetime, actor: str) -> None:
    entry_append(
        kind=f"warning_case.{what}",
        object_type="warning_case",
        object_id=str(case.pk),
        actor=actor,
        payload={"topic": case.topic, "key": case.key, "level": level},
        recorded_at=at,
    )
