"""Days past due, buckets and categories of many loans agree with those of one."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.delinquency import columns
from monitoring.delinquency.buckets import bucket_of
from monitoring.delinquency.classification import Facts, category_of
from monitoring.delinquency.dpd import Due, Paid, Pause, arrears_of, days_past_due
from tests.delinquency.china import CARDS, EDGES, LOAN, SHIPPED

START = date(2025, 1, 31)
DAYS = st.integers(-30, 60).map(lambda days: START + timedelta(days=days))
LOANS = st.lists(
    st.tuples(
        st.lists(st.builds(Due, DAYS, st.integers(0, 90), st.integers(0, 9), st.integers(0, 9)), max_size=5),
        st.lists(st.builds(Paid, DAYS, st.integers(-120, 200)), max_size=5),
        st.lists(st.builds(Pause, DAYS, DAYS), max_size=3),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(LOANS, DAYS, st.integers(0, 5), st.frozensets(DAYS, max_size=6))
def test_days_and_arrears_agree(loans: list, on: date, grace: int, holidays: frozenset[date]) -> None:
    dues = [(at, due.due_on, due.total_minor) for at, (owed, _, _) in enumerate(loans) for due in owed]
    paid = [(at, *item) for at, (_, received, _) in enumerate(loans) for item in received]
    pauses = [(at, *item) for at, (_, _, stops) in enumerate(loans) for item in stops]
    found = columns.dpd_columns(
        columns.asks_of(range(len(loans)), on),
        pl.DataFrame(dues, schema=columns.DUES, orient="row"),
        pl.DataFrame(paid, schema=columns.PAID, orient="row"),
        pauses=pl.DataFrame(pauses, schema=columns.PAUSES, orient="row"),
        grace_days=grace,
        holidays=holidays,
    )
    expected = [
        (
            days_past_due(owed, received, on, grace, stops, holidays),
            arrears_of(owed, received, on, holidays),
        )
        for owed, received, stops in loans
    ]
    assert found.select("dpd", "arrears_minor").rows() == expected


@pytest.mark.parametrize("classification", [LOAN, CARDS])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_categories_and_their_causes_agree(classification, data) -> None:
    days = st.one_of(st.sampled_from(EDGES), st.integers(0, 500))
    flags = [st.booleans()] * 4
    facts = data.draw(
        st.lists(st.builds(Facts, days, *flags, st.one_of(st.none(), st.integers(0, 6)), st.booleans()), min_size=1)
    )
    schema = dict(zip(Facts._fields, [pl.Int32, *[pl.Boolean] * 4, pl.Int32, pl.Boolean], strict=True))
    frame = pl.DataFrame([tuple(one) for one in facts], schema=schema, orient="row")
    found = frame.with_columns(columns.severity_columns(classification)).with_columns(
        columns.category_column(classification).alias("category"), columns.bucket_column(SHIPPED).alias("bucket")
    )
    for row, fact in zip(found.to_dicts(), facts, strict=True):
        verdict = category_of(classification, fact)
        assert (row["severity"], row["category"], row["causes"]) == (
            verdict.severity,
            verdict.code,
            " ".join(verdict.causes),
        )
        assert row["bucket"] == bucket_of(SHIPPED, fact.dpd)
        assert row["now"] == category_of(classification, fact._replace(before=None)).severity


@pytest.mark.parametrize(("status", "days"), [(-2, 0), (0, 0), (1, 1), (2, 31), (3, 61), (4, 91), (13, 361)])
def test_n_months_late_is_at_least_so_many_days(status: int, days: int) -> None:
    frame = pl.DataFrame({"payment_status": [status]})
    assert frame.select(columns.dpd_of_status()).item() == days


def test_a_twin_that_forgets_holidays_is_seen() -> None:
    """The twin of the differential test: without the holidays the two part."""
    due = pl.DataFrame([(1, START, 100)], schema=columns.DUES, orient="row")
    on, nothing = START + timedelta(days=3), pl.DataFrame(schema=columns.PAID)
    forgetful = columns.dpd_columns(columns.asks_of([1], on), due, nothing)["dpd"].item()
    assert forgetful != days_past_due([Due(START, 100)], [], on, holidays=frozenset({START}))
