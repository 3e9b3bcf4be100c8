"""A lender's own regions come in by file or are typed by an administrator, each change on the record."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from lending.book_imports.mapping import PROBLEM_WORDS
from lending.models import Region
from lending.services.book import regions
from lending.services.book.regions import RegionInItself, region_save
from riskengine.roles import roles_ensure
from tests.book.factory import product_make
from tests.book.importing import counts, imported, mapping_of
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, tzinfo=UTC)
COLUMNS = {
    "code": "code", "name_en": "en", "name_zh": "zh", "parent": "parent", "tile_column": "x", "tile_row": "y",
}  # fmt: skip


def row(code: str, **more: str) -> dict[str, str]:
    return {"code": code, "en": code, "zh": "", "parent": "", "x": "", "y": "", **more}


def _client(role: str) -> Client:
    person = user(is_staff=True)
    person.groups.add(roles_ensure()[role])
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_regions_come_in_whatever_their_order_and_loans_and_indicators_then_name_them() -> None:
    rows = [
        row("CN-44-1", parent="CN-44", x="3", y="4"), row("CN-44", zh="广东"), row("CN-9", parent="CN-404"),
        row("CN-8", x="3"), row("CN-7", en="", zh=""), row("CN-6", en="", zh="上海"),
    ]  # fmt: skip
    mapping = mapping_of("regions", COLUMNS)
    done = imported(mapping, rows)
    assert counts(done) == {"new": 3, "rejected": 3}
    assert list(done.rejects.order_by("row").values_list("row", "field", "code")) == [
        (3, "parent", "unknown_region"), (4, "tile_row", "out_of_range"), (5, "name_en", "missing"),
    ]  # fmt: skip
    part = Region.objects.get(code="CN-44-1")
    assert (part.parent.name_zh, part.tile_column, part.tile_row) == ("广东", 3, 4)
    assert Region.objects.get(code="CN-6").name_en == "上海"
    assert AuditEntry.objects.filter(kind="region.added").count() == 3
    assert counts(imported(mapping, [rows[0], {**rows[1], "zh": "广西"}])) == {"known": 1, "conflicting": 1}
    product_make()
    loans = {"product": "=instalment", "external_id": "no", "amount_minor": "sum", "opened_on": "day", "region": "at"}
    told = [{"no": f"L-{at}", "sum": "5", "day": "2026-01-01", "at": at} for at in ("CN-44-1", "CN-99")]
    done = imported(mapping_of("loans", loans), told)
    assert (counts(done), done.rejects.get().code) == ({"new": 1, "rejected": 1}, "unknown_region")
    assert "import regions" in PROBLEM_WORDS["unknown_region"][0]


def test_an_administrator_adds_and_changes_a_region_and_others_only_look() -> None:
    browser, add = _client("administrator"), reverse("admin:lending_region_add")
    form = {"code": "R-1", "name_en": "Region", "name_zh": "地区", "tile_column": "1", "tile_row": ""}
    half = browser.post(add, form)
    assert "Give a column and a row, or neither." in half.content.decode() and not Region.objects.exists()
    assert browser.post(add, {**form, "tile_row": "2"}).status_code == 302
    region = Region.objects.get()
    change = reverse("admin:lending_region_change", args=[region.pk])
    assert browser.post(change, {**form, "code": "R-2", "name_en": "Renamed", "tile_row": "2"}).status_code == 302
    region.refresh_from_db()
    assert (region.code, region.name_en, region.tile_row) == ("R-1", "Renamed", 2)
    assert set(AuditEntry.objects.filter(object_type="region").values_list("kind", flat=True)) == {
        "region.added",
        "region.changed",
    }
    other = _client("auditor")
    assert (other.get(add).status_code, other.post(change, form).status_code) == (403, 403)


def _circle() -> tuple[Region, Region]:
    whole = region_save(region=Region(code="W", name_en="W"), at=AT, actor="system:test")
    part = region_save(region=Region(code="P", name_en="P", parent=whole), at=AT, actor="system:test")
    whole.parent = part
    return whole, part


def test_no_region_is_part_of_its_own_parts() -> None:
    whole, _part = _circle()
    with pytest.raises(RegionInItself):
        region_save(region=whole, at=AT, actor="system:test")


def test_without_the_check_a_region_would_be_part_of_its_own_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, part = _circle()
    monkeypatch.setattr(regions, "_check", lambda _region: None)
    region_save(region=whole, at=AT, actor="system:test")
    assert Region.objects.get(code="W").parent == part
