"""Measures on a case: proposed by level and GRx, accepted or declined by a person, carried out by a person.

A proposal changes nothing for the customer. Approvals: object type `proposed_measure`.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from audit.canonical import content_hash as hash_of
from audit.models import Approval, User
from audit.services.approvals import approval_approve, approval_pending, approval_reject, approval_request
from audit.services.log import entry_append
from lending.business_dates import business_date_of
from monitoring.levels import level_rank
from monitoring.measure_rules import measures_due
from monitoring.models import EarlyWarning, ProposedMeasure, WarningCase
from monitoring.services.cases.errors import CaseWordsInvalid, MeasureSettled, NothingWaits
from monitoring.services.cases.writing import Kind, case_locked, case_mine, step_add, words_checked
from monitoring.warning_scheme import warning_scheme_of
from riskengine.errors import RiskEngineError
from scoring.services.portraits.making import portrait_of

OBJECT_TYPE: Final = "proposed_measure"
State = ProposedMeasure.State
_LIVE: Final = (State.PROPOSED, State.WAITING, State.ACCEPTED)
_CLAUSE_MOST: Final = 120


def measures_propose(*, case: WarningCase, at: datetime) -> list[ProposedMeasure]:
    """Propose what the scheme says for the level and GRx; returns what is new. Called where a person takes the case.

    What is proposed or accepted already is not proposed again, nor what was declined or done at this level or a worse
    one. Without a warning, or a scheme in force, nothing is. GRx is as of the review that saw the warning last;
    undefined it is not assessed, and nothing adverse is proposed.
    """
    warning = case.warning
    live = warning_scheme_of(case.product.code, on=business_date_of(at, case.product.timezone)) if warning else None
    if warning is None or live is None:
        return []
    grx = _grx(warning, at)
    WarningCase.objects.filter(pk=case.pk).update(grx=grx, ds=live.value.ds, assessed_at=at)
    held = list(case.measures.values_list("measure", "state", "level"))
    made = []
    for row in measures_due(live.value, warning.level, grx):
        if any(_covers(*one, row.measure, warning.level) for one in held):
            continue
        made.append(
            ProposedMeasure.objects.create(
                case=case,
                measure=row.measure,
                level=warning.level,
                grx=grx,
                ds=live.value.ds,
                is_adverse=row.is_adverse,
                needs_second=row.needs_second,
                basis_en=row.basis.en.strip(),
                basis_zh=row.basis.zh.strip(),
                notice_en=row.notice.en.strip(),
                notice_zh=row.notice.zh.strip(),
                scheme_hash=live.content_hash,
                proposed_at=at,
            )
        )
    if made:
        entry_append(
            kind="warning_case.proposed",
            object_type="warning_case",
            object_id=str(case.pk),
            actor="system:warning_scheme",
            payload={
                "measures": [one.measure for one in made],
                "level": warning.level,
                "is_assessed": grx is not None,
                "scheme_hash": live.content_hash,
            },
            recorded_at=at,
        )
    return made


def measure_hash(measure: ProposedMeasure) -> str:
    """The content that an approval stands for: what, on whom, on which basis, in which words, and who decided it."""
    return hash_of(
        {
            "case": measure.case_id,
            "measure": measure.measure,
            "level": measure.level,
            "basis": [measure.basis_en, measure.basis_zh],
            "notice": [measure.notice_en, measure.notice_zh],
            "clause": measure.clause,
            "scheme_hash": measure.scheme_hash,
            "decided_by": measure.decided_by_id,
        }
    )


@transaction.atomic
def measure_accept(*, measure: ProposedMeasure, person: User, at: datetime, clause: str = "") -> ProposedMeasure:
    """Accept a proposal on a case in work with this person; where the scheme says so, ask a second person.

    What is adverse names its clause of the contract. Raises as `case_mine`, MeasureSettled, CaseWordsInvalid.
    """
    case = case_mine(measure.case_id, person)
    measure = _locked(measure, State.PROPOSED)
    clause = clause.strip()
    if measure.is_adverse and not 1 <= len(clause) <= _CLAUSE_MOST:
        raise CaseWordsInvalid("An adverse measure names its clause of the contract.", field="clause")
    measure.clause, measure.decided_by, measure.decided_at = clause, person, at
    measure.state = State.WAITING if measure.needs_second else State.ACCEPTED
    measure.save(update_fields=["clause", "decided_by", "decided_at", "state"])
    kind = Kind.MEASURE_ASKED if measure.needs_second else Kind.MEASURE_ACCEPTED
    step_add(case, kind, person, at, facts=_facts(measure))
    if measure.needs_second:
        approval_request(
            object_type=OBJECT_TYPE, object_id=str(measure.pk), content_hash=measure_hash(measure), maker=person, at=at
        )
    return measure


@transaction.atomic
def measure_decide(
    *,
    measure: ProposedMeasure,
    checker: User,
    content_hash: str,
    is_approved: bool,
    at: datetime,
    comment: str = "",
) -> ProposedMeasure:
    """Approve or reject a measure that waits, as the second person. Rejected, it is declined.

    Raises NothingWaits, and what approvals raise.
    """
    case = case_locked(measure.case_id)
    measure = ProposedMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    pending = approval_pending(object_type=OBJECT_TYPE, object_id=str(measure.pk))
    if pending is None or measure.state != State.WAITING:
        raise NothingWaits("This measure does not wait for a second person.", measure=measure.pk)
    _refuse_changed(measure, pending)
    if is_approved:
        measure.approval = approval_approve(
            approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment
        )
        measure.state, kind = State.ACCEPTED, Kind.MEASURE_ACCEPTED
    else:
        approval_reject(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
        measure.state, kind = State.DECLINED, Kind.MEASURE_REFUSED
    measure.save(update_fields=["approval", "state"])
    step_add(case, kind, checker, at, facts=_facts(measure))
    return measure


@transaction.atomic
def measure_decline(*, measure: ProposedMeasure, person: User, reason: str, at: datetime) -> ProposedMeasure:
    """Decline a proposal, saying why. Raises as `measure_accept`."""
    case = case_mine(measure.case_id, person)
    measure = _locked(measure, State.PROPOSED)
    reason = words_checked(reason, "reason")
    measure.state, measure.decided_by, measure.decided_at = State.DECLINED, person, at
    measure.save(update_fields=["state", "decided_by", "decided_at"])
    step_add(case, Kind.MEASURE_DECLINED, person, at, note=reason, facts=_facts(measure))
    return measure


@transaction.atomic
def measure_done(*, measure: ProposedMeasure, person: User, at: datetime, note: str = "") -> ProposedMeasure:
    """Say that an accepted measure was carried out. Raises as `case_mine`, MeasureSettled."""
    case = case_mine(measure.case_id, person)
    measure = _locked(measure, State.ACCEPTED)
    measure.state, measure.done_by, measure.done_at = State.DONE, person, at
    measure.save(update_fields=["state", "done_by", "done_at"])
    step_add(case, Kind.MEASURE_DONE, person, at, note=note.strip(), facts=_facts(measure))
    return measure


def _covers(held: str, state: str, held_level: str, measure: str, level: str) -> bool:
    return held == measure and (state in _LIVE or level_rank(held_level) >= level_rank(level))


def _grx(warning: EarlyWarning, at: datetime) -> float | None:
    if warning.customer is None or warning.last_run is None:
        return None
    try:
        coefficient = portrait_of(warning.customer, warning.last_run.as_of, read_at=at).coefficient
    except RiskEngineError:  # erased, no catalogue, a key that does not open: not assessed
        return None
    return coefficient.value if coefficient.state == "ASSESSED" else None


def _locked(measure: ProposedMeasure, state: ProposedMeasure.State) -> ProposedMeasure:
    measure = ProposedMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    if measure.state != state:
        raise MeasureSettled("This measure is not where this step begins.", measure=measure.pk, state=measure.state)
    return measure


def _refuse_changed(measure: ProposedMeasure, pending: Approval) -> None:
    if pending.content_hash != measure_hash(measure):
        raise NothingWaits("This is not what was asked for.", measure=measure.pk)


def _facts(measure: ProposedMeasure) -> dict[str, object]:
    return {"measure": measure.measure, "is_adverse": measure.is_adverse, "measure_id": measure.pk}
