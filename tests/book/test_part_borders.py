"""Where a part of an import ends changes nothing: not what is filled in, who may be one, or which row came before."""

import random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lending.book_imports import duplicates
from lending.models import Customer, Identifier, Region, RegionMonth, SuspectedDuplicate
from lending.services.book_imports import staging
from tests.book.importing import AT, counts, imported, mapping_of

pytestmark = pytest.mark.django_db
NAMES = ("Wang Xiaoming", "Wang Xiao Ming", "Wang Xiaomin", "Li Na", "Li Nah", "Zhang Wei")
STREETS = ("12 Long Example Street, Shanghai", "12 Long Example Str., Shanghai", "7 Quite Another Road, Beijing")


def people(rng: random.Random) -> list[dict[str, str]]:
    return [
        {
            "id": f"N{rng.randrange(30)}", "name": rng.choice(NAMES), "phone": f"1380000000{rng.randrange(4)}",
            "address": rng.choice(STREETS),
        }
        for _ in range(25)
    ]  # fmt: skip


def months(rng: random.Random) -> list[dict[str, str]]:
    rows = [
        {"region": region, "month": f"2025-{month:02d}", "name": name, "value": str(month) * (rng.random() < 0.6)}
        for region in ("R", "S") for name in ("gdp", "jobs") for month in range(1, 8)
    ]  # fmt: skip
    rng.shuffle(rows)
    return [*rows, *rng.sample(rows, 5)]


def _people_mapping() -> Any:
    return mapping_of("customers", {"national_id": "id", "name": "name", "phone": "phone", "address": "address"})


def _months_mapping() -> Any:
    return mapping_of(
        "region_months",
        {"region": "region", "month": "month", "indicator": "name", "value": "value"},
        options={"value": {"if_missing": "interpolate"}},
    )


def _number(customer: Customer) -> bytes:
    return bytes(customer.identifiers.get(kind=Identifier.Kind.NATIONAL_ID).blind_index)


def found(mapping: Any, rows: list[dict[str, str]], size: int, patch: pytest.MonkeyPatch) -> Any:
    """What an import in parts of this size came to; the book is as before afterwards."""
    patch.setattr(staging, "PART_ROWS", size)
    patch.setattr(staging, "REGION_ROWS", size)
    with transaction.atomic():
        done = imported(mapping, rows, AT)
        pairs = SuspectedDuplicate.objects.select_related("customer", "other")
        told = (
            done.state,
            counts(done),
            done.imputed,
            sorted(done.rejects.values_list("row", "field", "code")),
            sorted(RegionMonth.objects.values_list("region", "indicator", "month", "value", "source")),
            sorted((sorted([_number(one.customer), _number(one.other)]), one.method, one.score) for one in pairs),
        )
        transaction.set_rollback(True)
    return told


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 30), seed=st.integers(0, 10**6))
def test_the_size_of_parts_changes_nothing(db: None, size: int, seed: int) -> None:
    rng = random.Random(seed)
    Region.objects.get_or_create(code="R", defaults={"name_en": "R", "name_zh": "R"})
    Region.objects.get_or_create(code="S", defaults={"name_en": "S", "name_zh": "S"})
    with pytest.MonkeyPatch.context() as patch:
        for mapping, rows in ((_months_mapping(), months(rng)), (_people_mapping(), people(rng))):
            assert found(mapping, rows, size, patch) == found(mapping, rows, 10_000, patch)


def test_were_a_region_cut_in_two_its_gaps_would_be_filled_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    Region.objects.create(code="R", name_en="R", name_zh="R")
    rows = [
        {"region": "R", "month": f"2025-0{month}", "name": "gdp", "value": value}
        for month, value in ((1, "1"), (2, ""), (3, "3"))
    ]
    whole = found(_months_mapping(), rows, 2, monkeypatch)
    assert whole[2] == 1
    monkeypatch.setattr(staging, "_group", lambda raw, _together: str(raw))
    assert found(_months_mapping(), rows, 2, monkeypatch)[2] == 0


def test_persons_of_two_parts_are_named_and_rows_keep_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"id": "1", "name": NAMES[0], "phone": "13800000001", "address": STREETS[0]},
        {"id": "2", "name": NAMES[3], "phone": "13900000009", "address": STREETS[2]},
        {"id": "3", "name": NAMES[1], "phone": "13800000001", "address": STREETS[1]},
    ]
    told = found(_people_mapping(), [*rows, rows[0]], 1, monkeypatch)
    assert told[1] == {"new": 3, "duplicates": 1}
    assert [(pair[1]) for pair in told[5]] == ["BATCH"]
    assert told[3] == [(4, "", "duplicate_row")]


def test_the_rarest_blocks_are_compared_first_and_no_more_pairs_than_are_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    common = [{"national_id": str(n), "name": f"Wang {n}{n}", "phone": "13800000001"} for n in range(20)]
    rare = [{"national_id": f"x{n}", "name": "Li Na", "phone": f"1390000{n}009"} for n in range(2)]
    monkeypatch.setattr(duplicates, "MAX_PAIRS", 1)
    assert [(one.first, one.second) for one in duplicates.alike_in_file([*common, *rare])] == [(20, 21)]
