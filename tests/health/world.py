"""A small world for health codes: policies in force, a model with a horizon, loans and reviews of them."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from django.contrib.auth.models import Permission

from audit.models import ApiClient, User
from audit.services.governed import governed_approve, governed_draft, governed_submit
from lending.models import Application, Customer, CustomerStanding, Loan, LoanMonth
from lending.services.customers import customer_create
from monitoring.health.colour import HealthPolicy
from monitoring.health.policy import KIND_CODE
from monitoring.models import EarlyWarning, HealthLink, ReviewResult, ReviewRun
from monitoring.services.health.codes import health_codes_write
from monitoring.services.health.keys import key_make
from monitoring.services.health.links import link_hand_over, link_open
from monitoring.services.health.recipients import recipient_register
from scoring.models import ModelPackage
from scoring.portraits.policy import KIND as PORTRAIT_KIND
from scoring.portraits.policy import PortraitPolicy
from scoring.services.models.life import model_register
from tests.factories.audit import user
from tests.factories.decisions import catalogue_goes_live, product, shipped
from tests.factories.scoring import package_bytes

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
"""A Monday."""
DAY = timedelta(days=1)
SCALE = PortraitPolicy(p0=0.02, p1=0.6, horizon_months=12)
ADMINISTRATOR = ("monitoring.change_healthkey", "monitoring.change_healthrecipient")
STAFF = ("monitoring.add_healthoverride", "monitoring.change_healthdispute")


def governed_live(kind: str, document: msgspec.Struct, since: date = date(2026, 1, 1)) -> None:
    """In force from a day on: a policy."""
    maker, checker = user(permissions=("audit.add_governeddocument",)), user(is_checker=True)
    at = datetime(2025, 12, 1, tzinfo=UTC)
    draft = governed_draft(
        kind=kind, name="", document=msgspec.to_builtins(document), author=maker, at=at, valid_from=since
    )
    waits = governed_submit(governed=draft, maker=maker, at=at)
    governed_approve(governed=waits, checker=checker, content_hash=waits.content_hash, at=at)


def small_catalogue() -> dict[str, Any]:
    """The shipped catalogue with only a few of its variables."""
    document: dict[str, Any] = json.loads(shipped("catalogue.json"))
    document["variables"] = [item for item in document["variables"] if "card" in item["products"]][:5]
    return document


def policies_live(policy: HealthPolicy | None = None) -> None:
    """The scale of the coefficient and the health policy."""
    catalogue_goes_live(small_catalogue())
    governed_live(PORTRAIT_KIND, SCALE)
    governed_live(KIND_CODE, policy or HealthPolicy())


def model_made() -> ModelPackage:
    """A registered model whose PDs are over twelve months."""
    return ModelPackage.objects.first() or model_register(
        product=product(), name="m", package=package_bytes(), at=NOW - 100 * DAY
    )


def loan(of: Customer | None = None, *, opened: int = 400, month: int | None = 10, late: int = 0) -> Loan:
    """A loan paid out so many days ago, the newest of whose months ended so many days ago."""
    made = Loan.objects.create(
        product=product(),
        customer=of or customer_create(identifiers={}, at=NOW - 500 * DAY),
        external_id=f"H{Loan.objects.count()}",
        limit_minor=1_000_000,
        opened_on=(NOW - opened * DAY).date(),
    )
    if month is not None:
        at = NOW - month * DAY
        LoanMonth.objects.create(
            loan=made, business_date=at.date(), known_at=at, payment_status=late, billed_minor=1, paid_minor=1
        )
    return made


def review(found: dict[Loan, Any], *, at: datetime = NOW) -> ReviewRun:
    """A review that found (PD, months late) of loans, or a PD alone."""
    run = ReviewRun.objects.create(
        product=product(),
        as_of=at,
        bundle_hash=f"{at:%Y%m%d%H%M%S}".ljust(64, "0"),
        bundle={"model": model_made().content_hash},
        done_count=len(found),
        due_count=len(found),
        started_at=at,
    )
    for of, what in found.items():
        pd, late = what if isinstance(what, tuple) else (what, 0)
        ReviewResult.objects.create(run=run, loan=of, pd=pd, level="NONE", months_late=late, portrait=b"")
    return run


def reviewed(found: dict[Loan, Any], *, at: datetime = NOW) -> int:
    """A review and the codes it wrote."""
    return health_codes_write(run=review(found, at=at), as_of=at, at=at)


def warning(of: Loan, level: str = "YELLOW", *, at: datetime = NOW) -> EarlyWarning:
    """An open early warning on a loan."""
    run = ReviewRun.objects.order_by("as_of").first() or review({}, at=at - DAY)
    return EarlyWarning.objects.create(
        loan=of,
        customer=of.customer,
        level=CustomerStanding.Level(level),
        reasons=[],
        first_run=run,
        last_run=run,
        raised_at=at,
    )


def green(at: datetime = NOW) -> Customer:
    """Somebody whose code is GREEN."""
    made = loan()
    reviewed({made: 0.02}, at=at)
    return made.customer


def administrator() -> User:
    """Somebody who keeps keys and recipients."""
    return user(permissions=ADMINISTRATOR)


def officer() -> User:
    """Somebody who asks for overrides and answers disputes."""
    return user(permissions=STAFF)


def granted(person: User, *names: str) -> User:
    """The person with more permissions."""
    for name in names:
        app, codename = name.split(".")
        person.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return User.objects.get(pk=person.pk)


def visit(of: Customer, at: datetime = NOW) -> HealthLink:
    """The holder on their page, by a link that staff handed them."""
    link, secret = link_hand_over(
        customer=of, staff=user(permissions=("monitoring.add_healthlink",)), identity="ID_CARD", at=at
    )
    assert link.opened_at is None
    return link_open(secret=secret, at=at)


def recipient(code: str = "bank", purposes: tuple[str, ...] = ("credit_application",)):
    """A registered recipient and its access code."""
    return recipient_register(code=code, name="Bank", purposes=purposes, actor=administrator(), at=NOW - DAY)


def signing() -> None:
    """A key that signs."""
    key_make(at=NOW - DAY)


def applicant(of: Customer, client: ApiClient, number: str = "A-1") -> Application:
    """Somebody who applied through a lending system."""
    return Application.objects.create(client=client, external_id=number, customer=of, product=product(), created_at=NOW)
