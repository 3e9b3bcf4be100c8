"""What loans rolled from is what the last night found of them, whoever was looked at in between."""

from datetime import timedelta

import pytest

from monitoring.models import PortfolioLoan
from monitoring.services.chunks import chunk_review
from monitoring.services.customer_reviews import customers_review
from monitoring.services.portfolio.counting import figures_count
from monitoring.services.reviews import review_run
from monitoring.services.runs import run_end
from riskengine.demo.delinquency import delinquency_policies_ensure
from tests.factories.decisions import staff
from tests.factories.monitoring import AT, DAY, card, loans, months, post_loan_goes_live

pytestmark = pytest.mark.django_db


def test_a_review_of_one_customer_does_not_hide_what_the_night_before_found():
    post_loan_goes_live()
    maker, checker = staff()
    assert delinquency_policies_ensure(product=card(), maker=maker, checker=checker, at=AT - timedelta(days=60))
    made = loans(months(0), months(1), months(2))
    review_run(product=card(), day=DAY, clock=lambda: AT)
    between = AT + timedelta(hours=4)
    (news,) = customers_review([made[0].customer_id], between)
    assert chunk_review(chunk_id=news.chunks.get().pk, at=between)
    assert run_end(run_id=news.pk, at=between)
    night = review_run(product=card(), day=DAY + timedelta(days=1), clock=lambda: AT + timedelta(days=1))
    figures_count(night, AT + timedelta(days=1))
    rolls = PortfolioLoan.objects.filter(run=night).values_list("bucket_before", flat=True)
    assert len(rolls) == 3
    assert all(rolls)
