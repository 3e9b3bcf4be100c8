"""A document is proved once by a process, another one anew."""

import polars as pl
import pytest

from rules.engine.columns import ColumnProgram
from rules.services.versions import evidence
from rules.services.versions.errors import VersionHasProblems
from tests.factories.decisions import catalogue_goes_live, policy, policy_submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_proved() -> None:
    evidence._certified.cache_clear()
    catalogue_goes_live()


def wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ColumnProgram.evaluate
    monkeypatch.setattr(
        ColumnProgram, "evaluate", lambda self, frame: right(self, frame).with_columns(outcome=pl.lit("REFER"))
    )


def test_the_same_document_again_gives_the_same_proof() -> None:
    first = policy_submitted()
    again = policy_submitted()
    assert (first.content_hash, evidence._certified.cache_info().hits) == (again.content_hash, 1)


def test_another_document_is_proved_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    policy_submitted()
    wrong(monkeypatch)
    with pytest.raises(VersionHasProblems):
        policy_submitted(policy(parameters={"largest_minor": 400_000}))
    evidence._certified.cache_clear()
    with pytest.raises(VersionHasProblems):
        policy_submitted()


def test_what_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        wrong(broken)
        with pytest.raises(VersionHasProblems):
            policy_submitted()
    assert policy_submitted()
