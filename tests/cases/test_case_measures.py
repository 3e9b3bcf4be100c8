"""Level and GRx only propose; what is adverse needs a person, a contract basis and a notice; unknown proposes nothing
adverse."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.services.approvals import NotACheckerError
from monitoring.measure_rules import WarningScheme, is_risky, measures_due, scheme_problems
from monitoring.models import ProposedMeasure
from monitoring.services.cases import measures as service
from monitoring.services.cases.closing import case_close
from monitoring.services.cases.errors import CaseUnsettled, CaseWordsInvalid, MeasureSettled, NothingWaits
from monitoring.services.cases.letters import notice_of
from monitoring.services.cases.measures import (
    measure_accept,
    measure_decide,
    measure_decline,
    measure_done,
    measure_hash,
    measures_propose,
)
from monitoring.services.cases.work import case_claim
from tests.cases.factory import LATER, NOBODY, ROWS, checker, mine, officer, raised, row, scheme_live, seen_again
from tests.factories.triggers import unguarded

SCHEME = WarningScheme(ds=0.5, measures=ROWS)


@pytest.mark.parametrize(
    ("grx", "risky", "due"),
    [
        (None, None, ["ADVICE"]),
        (0.4999, False, ["ADVICE"]),
        (0.5, True, ["ADVICE", "LIMIT_FREEZE", "COLLECTION", "RESTRUCTURING"]),
        (1.0, True, ["ADVICE", "LIMIT_FREEZE", "COLLECTION", "RESTRUCTURING"]),
    ],
)
def test_equality_is_risky_and_undefined_is_not_assessed(grx, risky, due):
    assert is_risky(grx, 0.5) is risky
    assert [one.measure for one in measures_due(SCHEME, "RED", grx)] == due


@given(grx=st.none() | st.floats(0, 1), ds=st.floats(0, 1), level=st.sampled_from(["BLUE", "YELLOW", "ORANGE", "RED"]))
def test_nothing_adverse_is_proposed_below_the_threshold_or_unassessed(grx, ds, level):
    due = measures_due(WarningScheme(ds=ds, measures=ROWS), level, grx)
    assert not [one for one in due if one.is_adverse and (grx is None or grx < ds)]


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (row("RED", "COLLECTION", is_adverse=True), "twice"),
        (row("BLUE", "LIMIT_FREEZE"), "adverse"),
        (row("BLUE", "CALL", is_adverse=True, basis=NOBODY), "basis"),
        (row("BLUE", "CALL", is_adverse=True, notice=NOBODY), "notice"),
    ],
)
def test_a_scheme_is_checked(extra, code):
    assert scheme_problems(ROWS) == []
    assert [found for found, _row in scheme_problems([*ROWS, extra])] == [code]
    assert ("level", None) in scheme_problems(ROWS[:2])


@pytest.fixture
def risky(monkeypatch, ladder):
    """GRx as the test says it; what it is made of has its own tests."""

    def of(value):
        monkeypatch.setattr(service, "_grx", lambda _case, _at: value)

    scheme_live()
    of(0.8)
    return of


def measure_of(case, name):
    return case.measures.get(measure=name)


@pytest.mark.django_db
class TestProposing:
    def test_taking_a_case_proposes_what_the_scheme_says(self, risky):
        case, _person = mine(4)
        assert {one.measure for one in case.measures.all()} == {"ADVICE", "LIMIT_FREEZE", "COLLECTION", "RESTRUCTURING"}
        assert {one.state for one in case.measures.all()} == {"PROPOSED"}
        assert (case.grx, case.ds) == (0.8, 0.5)

    def test_not_assessed_proposes_nothing_adverse(self, risky):
        risky(None)
        case, _person = mine(4)
        assert [one.measure for one in case.measures.all()] == ["ADVICE"]

    def test_without_a_scheme_nothing_is_proposed(self, ladder):
        case, _person = mine(4)
        assert not case.measures.exists()

    def test_a_review_alone_proposes_and_does_nothing(self, risky):
        (case,) = raised(3)
        seen_again(case, 4)
        assert not ProposedMeasure.objects.exists()

    def test_once_and_again_only_at_a_worse_level(self, risky):
        case, person = mine(3)
        count = case.measures.count()
        measure_decline(measure=measure_of(case, "LIMIT_FREEZE"), person=person, reason="Pays as agreed", at=LATER)
        assert measures_propose(case=case, at=LATER) == []
        seen_again(case, 4)
        case.warning.refresh_from_db()
        made = {one.measure for one in measures_propose(case=case, at=LATER)}
        assert made == {"LIMIT_FREEZE", "COLLECTION", "RESTRUCTURING"}
        assert case.measures.count() == count + 3


@pytest.mark.django_db
class TestDeciding:
    def test_an_adverse_one_names_its_clause(self, risky):
        case, person = mine(4)
        freeze = measure_of(case, "LIMIT_FREEZE")
        with pytest.raises(CaseWordsInvalid):
            measure_accept(measure=freeze, person=person, at=LATER)
        accepted = measure_accept(measure=freeze, person=person, at=LATER, clause="§ 8.2")
        assert (accepted.state, accepted.decided_by) == ("ACCEPTED", person)
        assert measure_done(measure=accepted, person=person, at=LATER).state == "DONE"
        with pytest.raises(MeasureSettled):
            measure_done(measure=accepted, person=person, at=LATER)

    def test_a_second_person_where_the_scheme_says_so(self, risky):
        case, person = mine(4)
        waits = measure_accept(measure=measure_of(case, "COLLECTION"), person=person, at=LATER, clause="§ 9")
        assert waits.state == "WAITING"
        word = {"measure": waits, "content_hash": measure_hash(waits), "at": LATER}
        with pytest.raises(NotACheckerError):
            measure_decide(checker=officer(), is_approved=True, **word)
        assert measure_decide(checker=checker(), is_approved=True, **word).state == "ACCEPTED"
        with pytest.raises(NothingWaits):
            measure_decide(checker=checker(), is_approved=True, **word)

    def test_rejected_it_is_declined(self, risky):
        case, person = mine(4)
        waits = measure_accept(measure=measure_of(case, "COLLECTION"), person=person, at=LATER, clause="§ 9")
        done = measure_decide(
            measure=waits, checker=checker(), content_hash=measure_hash(waits), is_approved=False, at=LATER
        )
        assert (done.state, done.approval) == ("DECLINED", None)

    def test_a_case_is_not_closed_over_an_accepted_measure(self, risky):
        case, person = mine(4)
        accepted = measure_accept(measure=measure_of(case, "RESTRUCTURING"), person=person, at=LATER)
        close = {"case": case, "person": person, "outcome": "TRUE_TROUBLE", "note": "Agreed on a plan", "at": LATER}
        with pytest.raises(CaseUnsettled):
            case_close(**close)
        measure_done(measure=accepted, person=person, at=LATER)
        case_close(**close)
        assert set(case.measures.values_list("state", flat=True)) == {"DONE", "DECLINED"}


@pytest.mark.django_db
class TestNothingAdverseByItself:
    """By SQL, around every service: the database asks for a person, a basis, a notice, a threshold, a second person."""

    WAYS = (
        "UPDATE monitoring_proposedmeasure SET state = 'ACCEPTED' WHERE measure = 'LIMIT_FREEZE'",
        "UPDATE monitoring_proposedmeasure SET state = 'DONE' WHERE measure = 'LIMIT_FREEZE'",
        "UPDATE monitoring_proposedmeasure SET state = 'ACCEPTED', decided_at = now(), decided_by_id = {person}"
        " WHERE measure = 'LIMIT_FREEZE'",  # no clause
        "UPDATE monitoring_proposedmeasure SET state = 'ACCEPTED', decided_at = now(), decided_by_id = {person},"
        " clause = '§' WHERE measure = 'COLLECTION'",  # no second person
        "UPDATE monitoring_proposedmeasure SET is_adverse = false WHERE measure = 'LIMIT_FREEZE'",
        "UPDATE monitoring_proposedmeasure SET grx = NULL WHERE measure = 'LIMIT_FREEZE'",
        "DELETE FROM monitoring_proposedmeasure",
    )

    @pytest.mark.parametrize("way", WAYS)
    def test_it_is_refused(self, risky, way):
        _case, person = mine(4)
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(way.format(person=person.pk))

    def test_the_twin_without_the_guard_a_proposal_is_rewritten(self, risky):
        mine(4)
        with unguarded("monitoring_proposedmeasure"), connection.cursor() as cursor:
            cursor.execute("UPDATE monitoring_proposedmeasure SET is_adverse = false, state = 'PROPOSED'")
        assert not ProposedMeasure.objects.filter(is_adverse=True).exists()

    def test_the_twin_without_the_rule_an_unassessed_customer_would_be_frozen(self, risky, monkeypatch):
        risky(None)
        monkeypatch.setattr(service, "measures_due", lambda scheme, level, _grx: measures_due(scheme, level, 1.0))
        (case,) = raised(4)
        with pytest.raises(IntegrityError), transaction.atomic():
            case_claim(case=case, person=officer(), at=LATER)


@pytest.mark.django_db
def test_the_notice_reads_in_both_languages_and_names_nobody(risky):
    case, person = mine(4)
    freeze = measure_of(case, "LIMIT_FREEZE")
    assert "must not be sent" in notice_of(freeze, "en").html()
    accepted = measure_accept(measure=freeze, person=person, at=LATER, clause="§ 8.2")
    english, chinese = notice_of(accepted, "en").html(), notice_of(accepted, "zh").html()
    assert "Clause on early measures" in english and "§ 8.2" in english and "must not be sent" not in english
    assert "提前措施条款" in chinese and "您" in chinese
    with pytest.raises(NothingWaits):
        notice_of(measure_of(case, "RESTRUCTURING"), "en")
