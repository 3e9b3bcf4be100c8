"""One of everything: a member of staff for each role, a key for each scope, and a row of every registered model."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client, override_settings
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from django_otp.plugins.otp_totp.models import TOTPDevice

from audit.models import ApiClient, ApiKey, GovernedDocument, Scope, User
from audit.services.api_keys import api_key_issue
from audit.services.checkpoints import checkpoint_sign
from lending.models import Customer, ListImport, Loan, Region, RegionMonth
from lending.services.book.loan_change_requests import loan_change_ask
from lending.services.book_imports.mappings import mapping_save
from lending.services.book_imports.sources import source_save
from lending.services.book_imports.staging import import_ask
from lending.services.consents import consent_grant
from lending.services.list_imports import list_import_read
from monitoring.models import (
    CategoryUpgrade,
    DriftReport,
    PortfolioFigure,
    ProductMonth,
    ProposedMeasure,
    RegionInfluence,
    ReviewRun,
    WarningCase,
    WarningSnooze,
)
from monitoring.services.delinquency.pauses import pause_ask
from monitoring.services.diversion.findings import diversion_trace
from monitoring.services.warning_outcomes import outcomes_read
from monitoring.services.warning_reports import warning_report, warning_report_store
from riskengine.roles import ROLES, roles_ensure
from rules.models import Decision, RuleSetVersion
from rules.services.emergency_stops import stop_declare
from rules.services.portraits.customers import portraits_save
from rules.services.referrals.authorities import authority_ask
from rules.services.versions.life import version_draft, version_submit
from scoring.models import CatalogueDraft, TrainingJob
from scoring.services.alternative.value_reports import value_report_keep
from scoring.services.catalogues.drafts import catalogue_draft
from scoring.services.models.life import model_register
from tests.alternative.governing import FIGURES
from tests.diversion.diversion_book import NOW as DIVERSION_NOW
from tests.diversion.diversion_book import diverted
from tests.diversion.diversion_book import policy_goes_live as diversion_policy_goes_live
from tests.factories import decisions as make
from tests.factories import monitoring as book
from tests.factories.api_fixtures import Lender
from tests.factories.audit import user
from tests.factories.scoring import package_bytes
from tests.governed.kinds import drafted as setting_drafted
from tests.lists.factory import proposed
from tests.trust.health_rows import health_rows

FILE = b"dimension,value,kind,reason,source,start,expiry\nphone,13800000002,BLACK,Fraud,Police,,\n"
STAFF = ("anonymous", *ROLES, "superuser")
KEYS = tuple(scope.value for scope in Scope)


@dataclass
class World:
    """Who calls and what there is to call about."""

    clients: dict[str, Client] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    samples: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, RuleSetVersion] = field(default_factory=dict)
    decision: Decision | None = None
    batch: ListImport | None = None
    catalogue_draft: CatalogueDraft | None = None
    setting: GovernedDocument | None = None
    paths: dict[Any, str] = field(default_factory=dict)
    answers: dict[Any, tuple[str, list[str]]] = field(default_factory=dict)


def world_make() -> World:
    """Fill an empty database. The role `maker` is the author of the draft and of the version that waits."""
    world = World()
    _people(world)
    _lending(world)
    _policy(world)
    _rest()
    health_rows(world.people["maker"])
    proposed(maker=world.people["maker"])
    world.setting = setting_drafted(world.people["maker"])
    world.catalogue_draft = catalogue_draft(author=world.people["maker"], at=make.now())
    world.batch = list_import_read(data=FILE, uploader=world.people["maker"], at=make.now())
    return world


def _people(world: World) -> None:
    groups: dict[str, Group] = roles_ensure()
    world.clients["anonymous"] = Client(raise_request_exception=False)
    for role in STAFF[1:]:
        person = user(is_staff=True, is_superuser=role == "superuser")
        if role in groups:
            person.groups.add(groups[role])
        world.people[role] = User.objects.get(pk=person.pk)
        world.clients[role] = Client(raise_request_exception=False)
        world.clients[role].force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def _lending(world: World) -> None:
    make.forget()
    make.catalogue_goes_live()
    make.policy_goes_live()
    lender = Lender()
    assert lender.post(make.body()).status_code == 201
    at = make.now()
    applicant = Customer.objects.get()
    consent_grant(customer=applicant, scope="text_data", granted_at=at, evidence="form", at=at, actor="system:demo")
    portraits_save([applicant.pk], at, at=at, actor="system:demo")
    world.decision = Decision.objects.get()
    referred = make.body(variables={key: value for key, value in make.VARIABLES.items() if key != "employment_since"})
    assert lender.post(referred).json()["outcome"] == "REFER"
    authority_ask(maker=user(), user=user(), product=make.product(), maximum_minor=1, at=make.now())
    for scope in KEYS:
        _key, secret = api_key_issue(client=lender.client, scopes=(scope,), at=make.now(), rate_limit_per_second=0)
        world.headers[scope] = {"Authorization": f"Api-Key {secret}"}
    book.post_loan_goes_live(patterns=[book.BROKER_PATTERN])
    late, _fine = book.loans(book.months(2, 1), book.months(0, 0))
    book.event(late, "loan_elsewhere", date(2005, 9, 5))
    book.reviewed()
    _triggers(late)
    mapping = mapping_save(
        name="tests", document={"kind": "customers", "columns": [{"field": "national_id", "column": "id"}]},
        by=world.people["administrator"], at=at,
    )  # fmt: skip
    import_ask(mapping=mapping, file_name="x.csv", data=b"id\n1\n", by=world.people["administrator"], at=at)
    with override_settings(BOOK_SOURCE_HOSTS="127.0.0.1"):
        source_save(
            name="tests", kind="SQL", address="postgresql://127.0.0.1/x", token="", query="SELECT 1",
            by=world.people["administrator"], at=at,
        )  # fmt: skip
    region = Region.objects.create(code="R1", name_en="One", name_zh="一")
    RegionMonth.objects.create(
        region=region, month=date(2005, 9, 1), indicator="gdp_growth", value=0.02,
        event_at=at, known_at=at, recorded_at=at, source="tests",
    )  # fmt: skip


def _triggers(late: Loan) -> None:
    """A report on the triggers of the reviewed loans."""
    path = Path(settings.VAR_DIR) / "outcomes.csv"
    path.write_text(f"external_id,default\n{late.external_id},1\n")
    told = warning_report(
        product=book.card(), day=book.DAY, outcomes=outcomes_read(path), defaulted_on=None, progress=lambda line: None
    )
    warning_report_store(product=book.card(), report=told, at=book.AT)


def _policy(world: World) -> None:
    """A draft, a version that waits and one that is approved, each of the role that may handle it."""
    rule_set = RuleSetVersion.objects.filter(rule_set__product__code="instalment").latest("id").rule_set
    maker = world.people["maker"]
    approved = RuleSetVersion.objects.filter(rule_set=rule_set).latest("id")
    draft = version_draft(rule_set=rule_set, author=maker, at=make.now(), document=make.policy())
    waits = version_draft(
        rule_set=rule_set, author=maker, at=make.now(), document=make.policy(parameters={"largest_minor": 30_000})
    )
    version_submit(version=waits, maker=maker, at=make.now())
    world.versions = {"approved": approved, "draft": draft, "waits": RuleSetVersion.objects.get(pk=waits.pk)}
    stop_declare(rule_set=rule_set, by=world.people["superuser"], reason="tests", at=make.now())
    value_report_keep(source="text_data", document=FIGURES, at=make.now())
    model_register(product=make.product(), name="a model", package=package_bytes(), at=make.now())
    TrainingJob.objects.create(
        product=make.product(), file_name="x.csv", statement={}, asked_by=maker, created_at=make.now()
    )


def _rest() -> None:
    """What nothing else made: the guard of the door, the clock, second factors, a checkpoint."""
    checkpoint_sign(datetime.now(UTC))
    day = date(2005, 9, 30)
    state, level = DriftReport.State.NOT_ENOUGH_DATA, "NONE"
    DriftReport.objects.create(
        product=make.product(), since=day, until=day, policy_hash="0" * 64, state=state, level=level,
        decisions=0, matured=0, created_at=make.now(),
    )  # fmt: skip
    for model, more in ((AccessAttempt, {"failures_since_start": 1}), (AccessFailureLog, {}), (AccessLog, {})):
        model.objects.create(username="somebody", ip_address="127.0.0.1", user_agent="tests", **more)
    interval = IntervalSchedule.objects.create(every=5, period="seconds")
    PeriodicTask.objects.create(name="sweep", task="audit.outbox_deliver_task", interval=interval)
    CrontabSchedule.objects.create()
    ClockedSchedule.objects.create(clocked_time=make.now())
    SolarSchedule.objects.create(event="sunrise", latitude=0, longitude=0)
    _warning_work()
    _delinquency()
    diversion_policy_goes_live()
    diversion_trace(loan_id=diverted().pk, at=DIVERSION_NOW)
    _regions()
    TOTPDevice.objects.create(user=User.objects.first(), name="phone")
    assert ApiClient.objects.exists()
    assert ApiKey.objects.exists()


def _warning_work() -> None:
    """A measure proposed on a case, and a warning somebody asked to snooze."""
    case = WarningCase.objects.latest("pk")
    ProposedMeasure.objects.create(
        case=case, measure="CALL", level=case.warning.level, ds=0.5, is_adverse=False, needs_second=False,
        notice_en="We call.", notice_zh="我们将致电。", scheme_hash="0" * 64, proposed_at=make.now(),
    )  # fmt: skip
    now = make.now()
    WarningSnooze.objects.create(
        warning=case.warning, level=case.warning.level, until=now + timedelta(days=3), needs_second=True, reason=b"",
        asked_by=user(), asked_at=now,
    )  # fmt: skip


def _delinquency() -> None:
    """A pause somebody asked for, and an upgrade the system proposed; the review has left its states."""
    loan, day, now = Loan.objects.earliest("pk"), date(2005, 9, 30), make.now()
    loan_change_ask(
        loan=loan, kind="CLOSED", changed_on=now.date(), cause="OTHER", reason="tests", maker=user(), at=now
    )
    pause_ask(loan=loan, kind="PAUSE", first_on=day, last_on=day, reason="tests", maker=user(), at=now)
    CategoryUpgrade.objects.create(
        loan=loan, from_severity=2, from_category="SUBSTANDARD", to_severity=0, to_category="NORMAL", basis={},
        business_date=day, proposed_at=now, content_hash="0" * 64,
    )  # fmt: skip


def _regions() -> None:
    """A month of a product, a fit of its regions that says nothing, and a figure of the portfolio."""
    product, month = make.product(), date(2005, 9, 1)
    PortfolioFigure.objects.get_or_create(
        run=ReviewRun.objects.earliest("pk"), product=product, day=month, name="LEVEL", key="tests", count=1
    )
    ProductMonth.objects.create(product=product, region=Region.objects.get(code="R1"), month=month, as_of=month)
    RegionInfluence.objects.create(
        product=product, as_of=month, policy_hash="0" * 64, state="NOT_ASSESSED", why="FEW_LOANS", loans=0, bads=0,
        document={"effects": {}, "left_out": {}}, created_at=make.now(),
    )  # fmt: skip


def sample_of(model: type[Model]) -> Any:
    """The key of some row. Raises AssertionError where the world holds none: then nothing would be tested."""
    found = model._default_manager.order_by("pk").values_list("pk", flat=True).first()
    assert found is not None, f"the world has no {model._meta.label}: make one in tests/trust/world.py"
    return found
