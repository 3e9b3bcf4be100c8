"""A score cut-off is told by reasons that hold; what older models decided keeps its bytes."""

import pytest

from rules.models import Decision
from rules.services.decisions.reading import decision_record
from rules.services.decisions.replay import decisions_replay
from scoring.reasons import PRINCIPAL_REASONS
from scoring.replacement import reasons_by_replacement
from tests.reasons import made


def _records(**named):
    decisions = Decision.objects.filter(**named).select_related("application__customer")
    return [decision_record(decision) for decision in decisions]


def _decided(lender, count=15):
    for variables in made.applications("instalment", count):
        made.asks(lender, variables)
    return [record for record in _records() if record.sealed.contributions or record.sealed.replacement]


def test_reasons_of_a_score_cut_off_are_those_that_replacement_proves_without_the_cost_of_contributions(db):
    records = _decided(made.goes_live())
    assert records
    for record in records:
        found = record.sealed.replacement
        told = [reason.code for reason in found.reasons]
        assert found.is_sound
        told_to_all = record.document.reasons
        # Rules that ask for the same outcome speak first; the model's own follow, at most four in all.
        assert set(told) <= set(told_to_all) or len(told_to_all) == PRINCIPAL_REASONS
        assert "MODEL_RISK" not in record.document.reasons
        assert record.sealed.contributions is None


def test_they_replay_byte_for_byte_and_another_choice_fails_the_replay(db, monkeypatch):
    assert _decided(made.goes_live(), 15)
    report = decisions_replay()
    assert (report.total, report.same) == (15, 15)
    monkeypatch.setattr("scoring.replacement.SHORTLIST", 1)
    assert decisions_replay().failed > 0


def test_a_model_without_a_reference_applicant_keeps_its_way_and_its_record(db):
    records = _decided(made.goes_live(package_bytes=made.package_without_reference("instalment")), 15)
    assert records
    for record in records:
        assert record.sealed.replacement is None
        assert record.document.reasons
    assert decisions_replay().same == 15


def test_where_nothing_lowers_the_risk_alone_the_contributions_speak(db, monkeypatch):
    """Somebody declined by a score is owed a reason even there."""

    def nothing(row, reference, **options):
        return reasons_by_replacement(row, row, **options)

    monkeypatch.setattr("scoring.package.model.reasons_by_replacement", nothing)
    for record in _decided(made.goes_live()):
        assert record.sealed.replacement.reasons == []
        assert record.document.reasons
        total = sum(record.sealed.contributions.values()) + made.model("instalment").base
        assert total == pytest.approx(record.sealed.margin, abs=1e-4)
