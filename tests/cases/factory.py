"""Officers, a policy and a scheme in force, and warnings with their cases."""

from datetime import date, timedelta
from typing import Any

from audit.models import GovernedDocument, User
from audit.services.governed import governed_approve, governed_draft, governed_submit
from monitoring.measure_rules import SchemeMeasure, WarningScheme, Wording
from monitoring.models import EarlyWarning, WarningCase
from monitoring.services.cases.work import case_claim
from monitoring.warning_policy import KIND_CODE as POLICY
from monitoring.warning_policy import WarningPolicy
from monitoring.warning_scheme import KIND_CODE as SCHEME
from riskengine.roles import roles_ensure
from tests.factories.audit import user
from tests.factories.monitoring import AT, loans, month_add, months, post_loan_goes_live, reviewed

MONTHS = [date(2005, 9, 30), date(2005, 10, 31), date(2005, 11, 30), date(2005, 12, 31)]
LADDER = [
    {
        "code": code,
        "label_en": code,
        "label_zh": code,
        "when": f"payment_status_m0 = {status}",
        "then": {"outcome": level, "reason": "EW_NEWLY_LATE"},
    }
    for code, status, level in (("B", 1, "BLUE"), ("Y", 2, "YELLOW"), ("O", 3, "ORANGE"), ("R", 4, "RED"))
]
LATER = AT + timedelta(hours=1)
WORDS = Wording(en="Clause on early measures", zh="提前措施条款")
NOBODY = Wording(en="", zh="")


def row(level: str, measure: str, *, is_adverse: bool = False, needs_second: bool = False, **more: Any) -> Any:
    """A row of a scheme, whole where it is adverse."""
    words = WORDS if is_adverse or measure == "ADVICE" else NOBODY
    given = {"only_if_risky": False, "basis": words, "notice": words, **more}
    return SchemeMeasure(level=level, measure=measure, is_adverse=is_adverse, needs_second=needs_second, **given)


ROWS = [
    *(row(level, "ADVICE") for level in ("BLUE", "YELLOW", "ORANGE", "RED")),
    row("ORANGE", "CALL"),
    row("ORANGE", "LIMIT_FREEZE", is_adverse=True),
    row("RED", "LIMIT_FREEZE", is_adverse=True),
    row("RED", "COLLECTION", is_adverse=True, needs_second=True),
    row("RED", "RESTRUCTURING", only_if_risky=True),
]


def in_force(kind: str, document: Any, until: date | None = None, since: date = date(2005, 1, 1)) -> GovernedDocument:
    """A setting of the card product, drafted and approved by two people."""
    valid = {"valid_from": since, "valid_until": until}
    draft = governed_draft(kind=kind, name="card", document=document, author=user(), at=AT, **valid)
    waits = governed_submit(governed=draft, maker=user(), at=AT)
    return governed_approve(governed=waits, checker=user(is_checker=True), content_hash=waits.content_hash, at=AT)


def policy_live(**values: Any) -> None:
    in_force(POLICY, WarningPolicy(**values))


def scheme_live(ds: float = 0.5, measures: Any = None) -> None:
    in_force(SCHEME, WarningScheme(ds=ds, measures=measures or ROWS))


def officer() -> User:
    found = user(is_staff=True)
    found.groups.add(roles_ensure()["reviewer"])
    return User.objects.get(pk=found.pk)


def checker() -> User:
    found = user(is_staff=True)
    found.groups.add(roles_ensure()["checker"])
    return User.objects.get(pk=found.pk)


def ladder_live() -> None:
    """A post-loan rule for each level, by months late."""
    post_loan_goes_live(rules=LADDER)


def raised(*statuses: int) -> list[WarningCase]:
    """A loan per status, reviewed: the cases of their warnings, in order of the loans."""
    found = loans(*(months(status) for status in statuses))
    reviewed()
    cases = {case.warning.loan_id: case for case in WarningCase.objects.select_related("warning")}
    return [cases[loan.pk] for loan in found]


def mine(status: int = 4, person: User | None = None) -> tuple[WarningCase, User]:
    """A case of this many months late, in work with an officer."""
    person = person or officer()
    return case_claim(case=raised(status)[0], person=person, at=LATER), person


def seen_again(case: WarningCase, status: int, month: int = 1) -> EarlyWarning | None:
    """The loan reviewed a month later with this status; its open warning."""
    month_add(case.warning.loan, MONTHS[month], status)
    reviewed(MONTHS[month])
    return EarlyWarning.objects.filter(loan=case.warning.loan, state="OPEN").first()
