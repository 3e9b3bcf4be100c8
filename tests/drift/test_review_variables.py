"""Variables of reviews in frozen bins: held against an index worked out apart from the values that the test wrote."""

import math
import random
from datetime import date
from types import SimpleNamespace

import pytest

from audit.services.governed import governed_approve, governed_draft, governed_submit
from lending.models import Customer, LoanMonth
from monitoring.drift_policy import KIND_CODE, DriftPolicy
from monitoring.models import DriftReference, DriftReport, ReviewRun
from monitoring.services import drift_variables
from monitoring.services.drift_cases import reviews_cases, reviews_speaking
from monitoring.services.drift_reports import drift_report
from tests.drift.synthetic import NOW, SINCE
from tests.factories import decisions as make
from tests.factories.audit import user
from tests.factories.monitoring import card, known, loans, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db
JUNE, JULY, AUGUST, SEPTEMBER = date(2005, 6, 30), date(2005, 7, 31), date(2005, 8, 31), date(2005, 9, 30)
QUIET, WORSE = (0.7, 0.2, 0.1), (0.3, 0.3, 0.4)
OCTOBER, NOVEMBER = date(2005, 10, 31), date(2005, 11, 30)
LOANS = 200
RULES_READ = {"payment_status_m0", "payment_status_m1"}


def policy_live(**values):
    document = DriftPolicy(**{"decisions_least": 100, **values})
    draft = governed_draft(
        kind=KIND_CODE, name="card", document=document, author=user(), at=SINCE, valid_from=date(2005, 1, 1)
    )
    waits = governed_submit(governed=draft, maker=user(), at=SINCE)
    governed_approve(governed=waits, checker=user(is_checker=True), content_hash=waits.content_hash, at=SINCE)


def statuses(weights, seed):
    return random.Random(seed).choices([0, 1, 2], weights, k=LOANS)


@pytest.fixture
def book():
    """Statuses of four months, August known of every tenth loan in October only, and reviews of August and September:
    (statuses by month, loans)."""
    card()
    post_loan_goes_live()
    by_month = {
        JUNE: statuses(QUIET, 4),
        JULY: statuses(QUIET, 1),
        AUGUST: statuses(QUIET, 2),
        SEPTEMBER: statuses(WORSE, 3),
    }
    made = loans(*(months(*one) for one in zip(*reversed(by_month.values()), strict=True)))
    late = [loan.pk for loan in made[::10]]
    LoanMonth.objects.filter(loan__in=late, business_date=AUGUST).update(known_at=known(date(2005, 10, 9)))
    reviewed(AUGUST)
    reviewed(SEPTEMBER)
    return by_month, made


def reported(day=SEPTEMBER):
    return drift_report(product=card(), as_of=day, at=NOW)


def csi(report, name):
    return report.figures.get(stage="POST_LOAN", measure="CSI", subject=name)


def index_apart(before, now):
    """`sum((a - e) ln(a / e))`, an empty bin as half a case, bins empty on both sides left out: by hand."""
    pairs = [(max(old, 0.5), max(new, 0.5)) for old, new in zip(before, now, strict=True) if old or new]
    olds, news = sum(old for old, _ in pairs), sum(new for _, new in pairs)
    return sum((new / news - old / olds) * math.log((new / news) / (old / olds)) for old, new in pairs)


def tally(values, edges):
    """How many lie at or below each edge and above the one before; then those above all; then the unknown."""
    counts = [0] * (len(edges) + 2)
    for value in values:
        place = -1 if value is None else sum(value > edge for edge in edges)
        counts[place] += 1
    return counts


def test_the_index_is_the_one_worked_out_apart(book):
    policy_live()
    report, (by_month, _loans) = reported(), book
    figure = csi(report, "payment_status_m0")
    # Whose August was not known in August was read by what was known last: July.
    then = [by_month[JULY if place % 10 == 0 else AUGUST][place] for place in range(LOANS)]
    edges = figure.distribution["edges"]
    assert figure.distribution["before"] == tally(then, edges)
    assert figure.distribution["now"] == tally(by_month[SEPTEMBER], edges)
    assert figure.value == pytest.approx(index_apart(figure.distribution["before"], figure.distribution["now"]))
    assert figure.state == "DRIFTING" and figure.value > 0.25


def test_what_is_unknown_is_a_bin_of_its_own(book):
    policy_live()
    figure = csi(reported(), "payment_status_m1")
    assert (figure.distribution["before"][-1], figure.distribution["now"][-1]) == (0, LOANS // 10)
    assert figure.value == pytest.approx(index_apart(figure.distribution["before"], figure.distribution["now"]))


def test_an_empty_bin_counts_half_a_case(book):
    policy_live()
    LoanMonth.objects.filter(business_date=SEPTEMBER).update(payment_status=2)
    figure = csi(reported(), "payment_status_m0")
    assert 0 in figure.distribution["now"] and math.isfinite(figure.value)
    assert figure.value == pytest.approx(index_apart(figure.distribution["before"], figure.distribution["now"]))


def test_too_few_loans_are_not_enough_data_and_alert_nobody(book):
    policy_live(decisions_least=LOANS + 1)
    report = reported()
    assert csi(report, "payment_status_m0").state == "NOT_ENOUGH_DATA" and report.level == "NONE"


def test_it_alerts_as_variables_before_payout_do_and_not_where_the_policy_is_silent(book):
    policy_live(has_rule_alerts=False, has_score_alerts=False, has_outcome_alerts=False)
    assert reported().level == "YELLOW"


def test_a_policy_without_alerts_on_variables_is_told_and_alerts_nobody(book):
    policy_live(has_rule_alerts=False, has_variable_alerts=False)
    report = reported()
    assert csi(report, "payment_status_m0").state == "DRIFTING" and report.level == "NONE"


def test_the_first_review_is_the_reference_and_stays_it(book):
    policy_live()
    first = reported(AUGUST)
    assert "no_variables_reference" in first.notes and not first.figures.filter(measure="CSI").exists()
    reported()
    frozen = DriftReference.objects.get(stage="VARIABLES")
    assert (frozen.cases, frozen.since, frozen.subject) == (LOANS, AUGUST, "RULES")
    LoanMonth.objects.filter(business_date=AUGUST).update(payment_status=4)
    reviewed(date(2005, 10, 31))
    later = reported(date(2005, 10, 31))
    assert DriftReference.objects.get(stage="VARIABLES").document == frozen.document
    assert csi(later, "payment_status_m0").distribution["before"] == frozen.document["payment_status_m0"]["counts"]


def test_what_the_model_reads_is_held_against_the_first_review_by_that_model(book):
    policy_live()
    model = make.model_goes_live("card", (make.DATA / "models" / "card.package").read_bytes())
    first = reported()
    assert set(first.figures.filter(measure="CSI").values_list("subject", flat=True)) == RULES_READ
    reviewed(OCTOBER)
    reviewed(NOVEMBER)
    report = reported(NOVEMBER)
    read = {feature["name"] for feature in model.card["features"]}
    found = dict(report.figures.filter(measure="CSI").values_list("subject", "reference_cases"))
    assert set(found) == read | RULES_READ and set(found.values()) == {LOANS}
    references = DriftReference.objects.filter(stage="VARIABLES").values_list("content_hash", "since")
    assert dict(references)[model.content_hash] == OCTOBER


def test_erased_customers_are_left_out(book):
    policy_live()
    _months, made = book
    Customer.objects.filter(pk=made[1].customer_id).update(wrapped_key=None, erased_at=NOW)
    assert csi(reported(), "payment_status_m0").cases == LOANS - 1


def test_a_large_book_is_read_by_a_sample_that_is_always_the_same(book, monkeypatch):
    policy_live(decisions_least=20)
    monkeypatch.setattr(drift_variables, "LOANS_MOST", 50)
    figure = csi(reported(), "payment_status_m0")
    assert (figure.cases, figure.reference_cases) == (50, 50)
    runs = list(ReviewRun.objects.select_related("product").order_by("as_of"))
    samples = [drift_variables.variables_read(reviews_cases([run]))["_loan_id"].to_list() for run in runs]
    assert samples[0] == samples[1] and samples[0] != sorted(loan.pk for loan in book[1])[:50]


def test_dates_and_what_our_own_reviews_said_are_not_followed(book):
    policy_live()
    report = reported()
    assert set(report.figures.filter(measure="CSI").values_list("subject", flat=True)) == RULES_READ


def test_a_review_of_customers_with_news_does_not_speak_for_the_portfolio(book):
    policy_live()
    ReviewRun.objects.filter(as_of__gte=known(SEPTEMBER)).update(scope="CUSTOMERS")
    report = reported()
    assert not report.figures.exists() and DriftReport.objects.get().decisions == 0


def test_after_the_last_whole_review_come_those_by_schedule():
    def runs(*scopes):
        return [SimpleNamespace(scope=scope, number=place) for place, scope in enumerate(scopes)]

    def speaking(*scopes):
        return [run.number for run in reviews_speaking(runs(*scopes))]

    assert speaking("ALL", "ALL") == [1] and speaking("DUE", "ALL", "DUE") == [1, 2]
    assert speaking("DUE", "DUE") == [0, 1] and speaking("ALL") == [0]
