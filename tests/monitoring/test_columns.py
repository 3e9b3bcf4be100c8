"""The shipped policy and model over a book: column-wise and loan by loan say the same; the command measures."""

import json

import pytest
from django.core.management import CommandError, call_command

from lending.models import Loan
from monitoring.models import ReviewResult
from monitoring.services.result_portraits import portrait_open
from riskengine.demo.book import card_book_ensure
from rules.engine.patterns import PatternHit
from rules.engine.program import ScoreInput
from rules.services.bundles.loading import POST_LOAN, bundle_live
from tests.factories.decisions import DATA, model_goes_live
from tests.factories.monitoring import AT, card, event, loans, months, post_loan_goes_live, reviewed, shipped_post_loan

pytestmark = pytest.mark.django_db


def test_every_result_is_what_the_rules_say_of_that_loan_alone(monkeypatch):
    monkeypatch.setattr("riskengine.demo.book.pl.read_parquet", _first(400, step=29))
    post_loan_goes_live(shipped_post_loan())
    model_goes_live("card", (DATA / "models" / "card.package").read_bytes())
    card_book_ensure(product=card(), at=AT)
    hit = Loan.objects.order_by("id").first()
    for kind, day, category in (
        ("loan_elsewhere", 3, ""),
        ("instalment_missed", 9, ""),
        ("transfer_out", 20, "broker"),
    ):
        event(hit, kind, AT.date().replace(month=9, day=day), category=category)
    run = reviewed()
    bundle = bundle_live("card", POST_LOAN)
    assert run.bundle_hash == bundle.bundle_hash
    levels = set()
    for result in ReviewResult.objects.select_related("loan__customer", "run"):
        values = portrait_open(result)
        values.pop("_latest_month")
        score = bundle.model.score(values)
        hits = [PatternHit(one["code"], one["level"], one["reason"], one["facts"]) for one in result.pattern_hits]
        alone = bundle.program.evaluate(values, score=ScoreInput(score.pd, score.points), pattern_hits=hits)
        assert (result.pd, result.level, result.grade) == (score.pd, alone.outcome, alone.grade)
        assert (result.rule_codes, result.unknown_codes) == (alone.hits, alone.unknown)
        levels.add(result.level)
    assert run.done_count == 400
    assert levels == {"NONE", "BLUE", "YELLOW", "ORANGE", "RED"}
    assert ReviewResult.objects.get(loan=hit).pattern_hits


def _first(count, step):
    import polars as pl

    frame = pl.read_parquet(DATA / "taiwan_dev70.parquet").gather_every(step).head(count)
    return lambda _path: frame


class TestCommand:
    @pytest.fixture(autouse=True)
    def live(self):
        return post_loan_goes_live()

    def test_it_reviews_reports_and_ends_well(self, tmp_path, capsys):
        loans(months(2), months(0), [])
        call_command("review_portfolio", "--as-of", "2005-09-30", "--report", str(tmp_path / "report.json"))
        report = json.loads((tmp_path / "report.json").read_text())
        assert (report["due"], report["done"], report["skipped"], report["failed"]) == (3, 2, 1, 0)
        assert report["skips"] == {"no_month": 1}
        assert report["levels"] == {"NONE": 1, "ORANGE": 1}
        assert report["is_accounted_for"] is True
        printed = capsys.readouterr().out
        assert "due 3 = done 2 + failed 0 + skipped 1, complete" in printed and "again" not in printed
        call_command("review_portfolio", "--as-of", "2005-09-30")
        assert "nothing was reviewed again" in capsys.readouterr().out

    def test_failures_end_with_one(self, monkeypatch):
        loans(months(2))
        monkeypatch.setattr("monitoring.services.chunk_steps.findings_of", lambda *_: 1 / 0)
        with pytest.raises(CommandError) as ended:
            call_command("review_portfolio", "--as-of", "2005-09-30")
        assert ended.value.returncode == 1

    @pytest.mark.parametrize(
        "arguments", [["--as-of", "2005-09-30", "--product", "mortgage"], ["--as-of", "2005-9"], []]
    )
    def test_wrong_use_ends_with_two_or_says_what_is_wrong(self, arguments):
        with pytest.raises(CommandError) as ended:
            call_command("review_portfolio", *arguments)
        assert ended.value.returncode in (1, 2)

    def test_a_day_that_is_none_is_said_in_words(self):
        with pytest.raises(CommandError, match="'foo' is not a date such as 2005-09-30"):
            call_command("review_portfolio", "--as-of", "foo")
