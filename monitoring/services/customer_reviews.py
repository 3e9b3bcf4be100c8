"""Customers of whom something new is known, reviewed again within minutes: a row a customer is the queue of record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from lending.business_dates import business_date_of
from lending.models import Loan, Product
from monitoring.models import ReviewDue, ReviewRun
from monitoring.services.runs import CHUNK_LOANS, Asked, run_create
from monitoring.services.standings.closing import standings_clear
from rules.models import RuleSet
from rules.services.bundles.loading import POST_LOAN, NoLiveVersion, bundle_live

AT_ONCE: Final = 2_000
"""Customers of one review between the reviews: its parts are small, so that it ends soon."""
_ASK: Final = """
INSERT INTO monitoring_reviewdue (customer_id, cause, since)
SELECT id, %(cause)s, %(at)s FROM lending_customer WHERE id = ANY(%(customers)s) ORDER BY id
ON CONFLICT (customer_id) WHERE done_at IS NULL DO NOTHING
"""
# ARRAY: the choice is made once, see `_HAND_OUT` of the chunks.
_TAKE: Final = """
UPDATE monitoring_reviewdue SET done_at = %(at)s
WHERE id = ANY(ARRAY(
    SELECT id FROM monitoring_reviewdue WHERE done_at IS NULL ORDER BY since, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
))
RETURNING customer_id
"""


def customers_ask(customer_ids: Sequence[int], *, cause: str, at: datetime) -> int:
    """Have customers reviewed again, in the caller's transaction; returns those who were not waiting already."""
    values: dict[str, Any] = {"customers": list(customer_ids), "cause": cause, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_ASK, values)
        return int(cursor.rowcount)


def facts_changed(customer_ids: Sequence[int]) -> None:
    """Facts about customers came in: with them, in one transaction, stands that they are due."""
    customers_ask(customer_ids, cause="facts", at=timezone.now())


def due_take(*, at: datetime, most: int = AT_ONCE) -> list[ReviewRun]:
    """Open reviews for customers who wait, those who waited longest first; from then on their parts are the queue.

    Taking them and cutting the parts is one transaction: nobody is taken up without a review, or reviewed twice.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"at": at, "most": most})
        return customers_review([row[0] for row in cursor.fetchall()], at)


def due_oldest() -> datetime | None:
    """Since when the customer has waited who has waited longest."""
    return ReviewDue.objects.filter(done_at=None).order_by("since").values_list("since", flat=True).first()


@transaction.atomic
def customers_review(customer_ids: Sequence[int], at: datetime) -> list[ReviewRun]:
    """Open a review, as of `at`, of the customers' open loans for each product that has live post-loan rules.

    The reviews are to be worked like any other (`chunk_review`, then `run_end`); without a loan there is none. Of a
    customer whose last loan of a product is closed nothing bad stands there any more.
    """
    runs = []
    held = Loan.objects.filter(customer_id__in=customer_ids)
    rule_sets = RuleSet.objects.filter(stage=RuleSet.Stage.POST_LOAN, product__is_active=True)
    for product in Product.objects.filter(pk__in=rule_sets.values("product")).order_by("pk"):
        loan_ids = list(held.filter(product=product).order_by("pk").values_list("pk", flat=True))
        day = business_date_of(at, product.timezone)
        standings_clear(product_id=product.pk, as_of=at, day=day, at=at, customer_ids=customer_ids)
        try:
            bundle = bundle_live(product.code, POST_LOAN) if loan_ids else None
        except NoLiveVersion:
            bundle = None
        if bundle is not None:
            asked = Asked(product=product, as_of=at, chunk_loans=CHUNK_LOANS, scope=ReviewRun.Scope.CUSTOMERS)
            runs.append(run_create(asked, bundle=bundle, at=at, loan_ids=loan_ids))
    return runs
