"""A part of few loans that lie far apart asks for what is known of them, not for all that lies between."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitoring.models import EarlyWarning
from monitoring.services.chunks import chunk_review
from monitoring.services.customer_reviews import customers_review
from monitoring.services.runs import run_end
from tests.factories.monitoring import loans, month_add, months, post_loan_goes_live

pytestmark = pytest.mark.django_db
STATEMENTS = ("FROM monitoring_earlywarning WHERE", "later.scope", "WITH found AS", "WITH cause AS")
"""What reads open warnings and later results: which are open, which were spoken of later, merging and raising."""


def review(chosen, at):
    """A review of their customers at once; what was asked of the database by its one part."""
    (run,) = customers_review([loan.customer_id for loan in chosen], at)
    with CaptureQueriesContext(connection) as asked:
        assert chunk_review(chunk_id=run.chunks.get().pk, at=at)
    assert run_end(run_id=run.pk, at=at)
    return [one["sql"] for one in asked]


def test_they_are_named_one_by_one():
    post_loan_goes_live()
    now = timezone.now()
    made = loans(*(months(0) for _ in range(40)))
    for loan in made:
        month_add(loan, (now - timedelta(days=4)).date(), 2, known_at=now - timedelta(days=3))
    review(made[:-1], now - timedelta(hours=1))
    asked = review([made[0], made[-1]], now)
    for word in STATEMENTS:
        (statement,) = [one for one in asked if word in one]
        assert "loan_id BETWEEN" not in statement
        assert "loan_id = ANY(" in statement
    hits = dict(EarlyWarning.objects.values_list("loan", "hit_count"))
    assert hits == dict.fromkeys((loan.pk for loan in made), 1) | {made[0].pk: 2}
