"""Buckets without gap or overlap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.delinquency.buckets import Bucket, Words, bucket_of, bucket_problems
from tests.delinquency.china import EDGES, SHIPPED

NAME = Words("x", "x")
CODES = ("M0", *["M1"] * 4, *["M2"] * 2, *["M3"] * 2, *["M4"] * 2, *["M5-6"] * 2, *["M7+"] * 5)


def buckets(*spans: tuple[int, int | None]) -> list[Bucket]:
    return [Bucket(f"B{place}", first, last, NAME) for place, (first, last) in enumerate(spans)]


@pytest.mark.parametrize(("days", "code"), list(zip(EDGES, CODES, strict=True)))
def test_the_shipped_buckets_change_at_their_edges(days: int, code: str) -> None:
    assert bucket_of(SHIPPED, days) == code


def test_the_shipped_buckets_are_sound() -> None:
    assert bucket_problems(SHIPPED) == []


@pytest.mark.parametrize(
    ("spans", "problems"),
    [
        ([], ["none"]),
        ([(1, None)], ["starts_late"]),
        ([(0, 10)], ["ends"]),
        ([(0, 10), (12, None)], ["gap"]),
        ([(0, 10), (10, None)], ["overlap"]),
        ([(0, None), (10, None)], ["goes_on"]),
        ([(0, 10), (11, 5), (6, None)], ["backwards", "overlap"]),
    ],
)
def test_what_is_wrong_is_named(spans: list[tuple[int, int | None]], problems: list[str]) -> None:
    assert sorted(item.code for item in bucket_problems(buckets(*spans))) == sorted(problems)


def test_a_code_is_there_once() -> None:
    twice = [Bucket("A", 0, 3, NAME), Bucket("A", 4, None, NAME)]
    assert [item.code for item in bucket_problems(twice)] == ["twice"]


SPANS = st.tuples(st.integers(0, 12), st.one_of(st.none(), st.integers(0, 12)))


@given(st.lists(SPANS, max_size=4))
def test_sound_is_what_holds_every_day_exactly_once(spans: list[tuple[int, int | None]]) -> None:
    found = buckets(*spans)
    holders = [
        sum(item.from_days <= day and (item.to_days is None or day <= item.to_days) for item in found)
        for day in range(30)
    ]
    is_backwards = any(item.to_days is not None and item.to_days < item.from_days for item in found)
    assert (bucket_problems(found) == []) == (all(count == 1 for count in holders) and not is_backwards)
