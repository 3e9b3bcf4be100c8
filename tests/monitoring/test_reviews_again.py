"""A review after one that failed, with a rule set refused before it was approved, or with nothing to review by."""

from datetime import UTC, date, datetime

import pytest

from lending.models import Loan, Product
from monitoring.models import ReviewResult, ReviewRun
from monitoring.services import chunk_steps
from monitoring.services.reviews import NothingToReview, products_to_review
from rules.models import RuleSet, RuleSetActivation, RuleSetVersion
from rules.services.bundles.loading import NoLiveVersion
from rules.services.versions.life import version_draft, version_reject, version_submit
from tests.factories.decisions import staff
from tests.factories.monitoring import AT, BROKER_PATTERN, POLICY, event, loans, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db


def test_what_a_failed_review_has_not_seen_is_new_to_the_next(monkeypatch):
    post_loan_goes_live(patterns=[BROKER_PATTERN])
    _seen, unseen = loans(months(0), months(0))
    event(unseen, "loan_elsewhere", date(2005, 9, 5))
    event(unseen, "transfer_out", date(2005, 9, 20), category="broker")
    judge = chunk_steps.findings_of

    def fails_for_the_second(frame, *given):
        if unseen.pk in frame["_loan_id"]:
            raise RuntimeError
        return judge(frame, *given)

    with monkeypatch.context() as broken:
        broken.setattr(chunk_steps, "findings_of", fails_for_the_second)
        run = reviewed(chunk_loans=1)
    assert (run.state, run.done_count, run.failed_count) == ("INCOMPLETE", 1, 1)
    again = reviewed(date(2005, 10, 1))
    assert ReviewResult.objects.get(run=again, loan=unseen).level == "RED"


def test_content_once_rejected_and_then_approved_reviews():
    live, (maker, checker) = post_loan_goes_live(), staff()
    loans(months(4))
    document = {**POLICY, "rules": POLICY["rules"][:1]}
    version = version_draft(rule_set=live.rule_set, author=maker, at=AT, document=document)
    version_submit(version=version, maker=maker, at=AT)
    content = RuleSetVersion.objects.get(pk=version.pk).content_hash
    version_reject(version=version, checker=checker, content_hash=content, at=AT, comment="not yet")
    post_loan_goes_live(document)
    run = reviewed()
    assert (run.state, run.done_count) == ("COMPLETE", 1)


def test_without_a_live_version_nothing_is_opened():
    post_loan_goes_live()
    RuleSetActivation.objects.all().update(until_at=datetime.now(UTC))
    with pytest.raises(NoLiveVersion):
        reviewed()
    assert not ReviewRun.objects.exists()


def test_an_unknown_product_is_refused():
    with pytest.raises(NothingToReview):
        products_to_review("mortgage")


def test_a_product_that_had_no_loan_on_the_day_is_not_opened():
    post_loan_goes_live()
    loans(months(0))
    assert [product.code for product in products_to_review(opened_by=date(2005, 9, 30))] == ["card"]
    other = Product.objects.create(
        code="late", name_en="late", name_zh="late", currency="CNY", timezone="Asia/Shanghai"
    )
    RuleSet.objects.create(product=other, stage="POST_LOAN", code="late-post-loan", name_en="late", name_zh="late")
    Loan.objects.create(
        product=other,
        customer=Loan.objects.all()[0].customer,
        external_id="X",
        limit_minor=1,
        opened_on=date(2024, 1, 1),
    )
    assert [product.code for product in products_to_review(opened_by=date(2005, 9, 30))] == ["card"]
    assert [product.code for product in products_to_review(opened_by=date(2024, 1, 1))] == ["card", "late"]
