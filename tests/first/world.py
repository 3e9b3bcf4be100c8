"""Two products with two reviews each, in regions and segments, with warnings, health codes and applications."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.utils import timezone

from audit.models import ApiClient
from lending.models import Application, Loan, Region
from monitoring.models import LoanReview, ReviewRun
from monitoring.services.portfolio.counting import figures_count
from monitoring.services.regions.months import product_months_keep
from monitoring.services.reviews import review_run
from riskengine.demo.delinquency import delinquency_policies_ensure
from riskengine.demo.health import health_policy_ensure
from rules.models import Decision, RuleSet
from rules.services.bundles.loading import bundles_forget
from rules.services.versions.life import version_approve, version_draft, version_submit
from tests.delinquency.world import loan, pays, product
from tests.factories.decisions import staff
from tests.factories.monitoring import DAY, POLICY, card, loans, months, post_loan_goes_live, reviewed

EARLIER = date(2005, 8, 31)
LATE = {
    "code": "OVERDUE", "label_en": "Overdue", "label_zh": "逾期", "when": "dpd >= 31",
    "then": {"outcome": "ORANGE", "reason": "EW_TWO_MONTHS_LATE"}, "on_unknown": "ignore",
}  # fmt: skip
_numbers = count(1)


def full() -> list[ReviewRun]:
    """The latest reviews of both products."""
    north = Region.objects.create(code="north", name_en="North", name_zh="北区", tile_column=1, tile_row=1)
    south = Region.objects.create(code="south", name_en="South", name_zh="南区", tile_column=1, tile_row=2)
    card()
    product()
    maker, checker = staff()
    now = datetime.now(UTC)
    for one in (card(), product()):
        delinquency_policies_ensure(product=one, maker=maker, checker=checker, at=now)
    health_policy_ensure(maker=maker, checker=checker, at=now)
    post_loan_goes_live()
    found = loans(*(months(late, before) for late in (0, 1, 2, 3, 5) for before in (0, 1, 2)))
    Loan.objects.filter(pk__in=[one.pk for one in found[:6]]).update(region=north)
    Loan.objects.filter(pk__in=[one.pk for one in found[6:9]]).update(region=south)
    card_runs = [reviewed(EARLIER), reviewed(DAY)]
    instalment_runs = _instalments(north)
    applications(found[:6])
    for run in (*card_runs, *instalment_runs):
        LoanReview.objects.bulk_create(
            LoanReview(
                loan_id=number, product_id=run.product_id, run=run, reviewed_on=DAY, next_due=DAY, segment="watched"
            )
            for number in run.results.order_by("loan_id").values_list("loan_id", flat=True)[:7]
            if not LoanReview.objects.filter(loan_id=number).exists()
        )
        figures_count(run, timezone.now())
    return [card_runs[-1], instalment_runs[-1]]


def _instalments(region: Region) -> list[ReviewRun]:
    """Four loans: one pays, one stops, one is 121 days late, one comes back."""
    maker, checker = staff()
    rule_set = RuleSet.objects.create(
        product=product(), stage="POST_LOAN", code="instalment-post-loan", name_en="Review", name_zh="贷后"
    )
    document = {**POLICY, "product": "instalment", "rules": [LATE], "parameters": []}
    at = datetime.now(UTC)
    version = version_draft(rule_set=rule_set, author=maker, at=at, document=document)
    version_submit(version=version, maker=maker, at=at)
    version_approve(version=version, checker=checker, content_hash=version.content_hash, at=at)
    bundles_forget()
    made = [loan(region=region if place % 2 else None) for place in range(4)]
    for place, months_paid in enumerate((7, 3, 1, 4)):
        for number in range(1, months_paid + 1):
            pays(made[place], date(2024, 1 + number, 15))
    pays(made[3], date(2024, 7, 20), 3 * 1_000_00)
    days = (date(2024, 6, 30), date(2024, 7, 31))
    ticks = iter(range(1_000_000))
    start = datetime(2024, 8, 1, tzinfo=UTC)
    return [
        review_run(product=product(), day=day, clock=lambda: start + timedelta(seconds=next(ticks))) for day in days
    ]


def applications(of: list[Loan]) -> None:
    """Six in September 2005, of which one is not decided and two are approved; their month is counted."""
    client, _ = ApiClient.objects.get_or_create(code="lender", defaults={"name": "Lender"})
    outcomes = ("APPROVE", "APPROVE", "DECLINE", "DECLINE", "REFER", "")
    for outcome, one in zip(outcomes, of, strict=True):
        at = datetime(2005, 9, 10, 8, tzinfo=UTC)
        asked = Application.objects.create(
            client=client, external_id=f"A{next(_numbers)}", product=card(), customer=one.customer, created_at=at
        )
        if outcome:
            Decision.objects.create(
                application=asked, product=card(), outcome=outcome, document=b"{}", document_hash="0" * 64,
                bundle_hash="0" * 64, as_of=at, decided_at=at + timedelta(minutes=1),
            )  # fmt: skip
    product_months_keep(product=card(), as_of=date(2005, 10, 20), at=timezone.now())
