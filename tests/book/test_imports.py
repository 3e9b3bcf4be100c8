"""Imports of the book: rows in once, whatever is killed; wrong rows named; gaps filled only where allowed, marked."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from audit.models import AuditEntry
from lending.book_imports.values import integer_read
from lending.models import (
    AccountTransaction,
    BookImport,
    BookImportPart,
    Customer,
    CustomerFact,
    Instalment,
    Loan,
    LoanChange,
    Region,
    RegionMonth,
    Repayment,
    SuspectedDuplicate,
)
from lending.services.book.reading import instalments_as_of
from lending.services.book_imports import parts, variable_side
from lending.services.book_imports.running import import_run, imports_open
from lending.services.book_imports.staging import import_stage
from lending.services.book_imports.variable_side import UnknownVariable, VariableSide, variable_side_register
from tests.book.factory import loan_make, product_make
from tests.book.importing import AT, REPAID, asked, counts, imported, mapping_of, repaid

pytestmark = pytest.mark.django_db


def test_a_file_lands_once_however_often_it_comes() -> None:
    loan_make()
    mapping = mapping_of("repayments", REPAID)
    rows = [repaid(number) for number in range(3)]
    first, again = imported(mapping, [*rows, rows[0]]), imported(mapping, rows)
    assert (counts(first), counts(again)) == ({"new": 3, "duplicates": 1}, {"known": 3})
    assert set(Repayment.objects.values_list("amount_minor", flat=True)) == {104_500}
    assert first.state == "DONE" and first.wrapped_key is None and first.upload is None
    kinds = AuditEntry.objects.filter(object_id=str(first.pk), object_type="book_import").values_list("kind", flat=True)
    assert sorted(kinds) == ["book_import.asked", "book_import.done"]


def test_wrong_rows_are_named_and_the_others_go_in() -> None:
    loan_make()
    rows = [repaid(0), repaid(1, sum="abc"), repaid(2, contract="L-9"), repaid(3, day="2026-02-30"), repaid(0, sum="7")]
    done = imported(mapping_of("repayments", REPAID), rows)
    assert counts(done) == {"new": 1, "conflicting": 1, "rejected": 3}
    assert list(done.rejects.order_by("row").values_list("row", "reference", "field", "code")) == [
        (2, "P-1", "amount_minor", "not_a_number"),
        (3, "P-2", "loan", "not_found"),
        (4, "P-3", "paid_on", "not_a_day"),
        (5, "P-0", "", "conflicting"),
    ]


class Killed(BaseException):
    """The worker dies: nothing of ours may catch it."""


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lending.services.book_imports.staging.PART_ROWS", 20)


def _until_done(book_import: BookImport) -> int:
    """Sweeps until nothing is open; returns how often a worker died."""
    deaths = 0
    while imports_open():
        try:
            import_run(book_import_id=book_import.pk, now=lambda: AT)
        except Killed:
            deaths += 1
            BookImportPart.objects.update(attempts=0)
    return deaths


@pytest.mark.parametrize("seed", range(5))
def test_workers_that_die_lose_and_double_nothing(
    seed: int, small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, land, count = random.Random(seed), parts.LANDS["repayments"], parts._count
    loan_make()

    def dying_land(rows: Any, context: Any) -> Any:
        landed = land(rows, context)
        if rng.random() < 0.3:
            raise Killed
        return landed

    def dying_count(*arguments: Any) -> None:
        count(*arguments)
        if rng.random() < 0.3:
            raise Killed

    monkeypatch.setitem(parts.LANDS, "repayments", dying_land)
    monkeypatch.setattr(parts, "_count", dying_count)
    rows = [repaid(number) for number in range(200)]
    book_import = asked(mapping_of("repayments", REPAID), rows)
    deaths = _until_done(book_import)
    book_import.refresh_from_db()
    print(f"seed {seed}: {deaths} deaths")
    assert deaths >= 2, "not run: nobody died"
    assert (book_import.new, book_import.rejected, Repayment.objects.count()) == (200, 0, 200)


def test_without_the_transaction_of_a_part_a_death_doubles_its_count(
    small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: what is counted before a death outside the part's transaction is counted again."""
    loan_make()
    count, deaths = parts._count, iter([True])

    def count_then_die(row: Any, part: Any, outcomes: Any, imputed: int) -> None:
        count(row, part, outcomes, imputed)
        if next(deaths, False):
            BookImportPart.objects.filter(pk=part.pk).update(is_done=False, sealed=part.sealed)
            raise parts.PartKeepsFailing("dies after the commit of half of it")

    monkeypatch.setattr(parts, "_count", count_then_die)
    monkeypatch.setattr(parts.transaction, "atomic", lambda: _nothing())
    monkeypatch.setattr(parts, "_fail", lambda *_: None)
    book_import = asked(mapping_of("repayments", REPAID), [repaid(number) for number in range(20)])
    import_stage(book_import)
    part = BookImportPart.objects.get()
    parts_claimed = parts.BookImportPart.objects.filter(pk=part.pk)
    monkeypatch.setattr(parts, "_claim", lambda _pk: part.pk)
    monkeypatch.setattr(type(parts_claimed), "select_for_update", lambda self, **_: self)
    for _ in range(2):
        parts.part_work(book_import.pk, AT)
    book_import.refresh_from_db()
    assert book_import.new + book_import.known == 40


class _nothing:  # noqa: N801  # stands for a context manager
    def __enter__(self) -> None: ...
    def __exit__(self, *_: Any) -> None: ...


def test_an_import_cut_short_while_it_was_read_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    loan_make()
    book_import = asked(mapping_of("repayments", REPAID), [repaid(number) for number in range(5)])
    create = BookImportPart.objects.create
    monkeypatch.setattr(
        BookImportPart.objects, "create", lambda **row: (create(**row), (_ for _ in ()).throw(Killed()))[0]
    )
    with pytest.raises(Killed):
        import_stage(book_import)
    monkeypatch.undo()
    assert not BookImportPart.objects.exists()
    assert counts(import_run(book_import_id=book_import.pk, now=lambda: AT)) == {"new": 5}


def test_a_schedule_told_again_is_known_and_a_changed_one_keeps_the_rest() -> None:
    loan = loan_make()
    mapping = mapping_of(
        "instalments",
        {"product": "=instalment", "loan": "loan", "number": "n", "due_on": "due", "principal_minor": "principal"},
    )
    rows = [{"loan": "L-1", "n": str(n), "due": f"2026-0{n}-05", "principal": "100"} for n in (1, 2, 3)]
    assert counts(imported(mapping, rows)) == {"new": 3}
    assert counts(imported(mapping, rows, AT.replace(day=3))) == {"known": 3}
    assert counts(imported(mapping_of("repayments", REPAID), [repaid(0, sum="160")], AT.replace(day=3))) == {"new": 1}
    assert counts(imported(mapping, [{**rows[1], "principal": "150"}], AT.replace(day=4))) == {"new": 1}
    later = instalments_as_of([loan.pk], AT.replace(day=5))
    assert later["due_minor"].to_list() == [10_000, 15_000, 10_000]
    assert Instalment.objects.count() == 6
    negative = {**rows[2], "principal": "-1"}
    left_out = imported(mapping, [{**rows[0], "principal": "120"}, negative], AT.replace(day=6))
    assert counts(left_out) == {"new": 1, "rejected": 1}
    assert instalments_as_of([loan.pk], AT.replace(day=7))["due_minor"].to_list() == [12_000, 15_000, 10_000]
    assert counts(imported(mapping, [negative], AT.replace(day=8))) == {"rejected": 1}
    assert Instalment.objects.count() == 9 and not LoanChange.objects.exists()


def test_loans_and_customers_come_with_units_and_currencies_made_one() -> None:
    product_make()
    Region.objects.create(code="CN-31", name_en="Shanghai", name_zh="上海")
    mapping = mapping_of(
        "loans",
        {
            "product": "=instalment", "external_id": "借据号", "national_id": "身份证", "amount_minor": "金额",
            "opened_on": "放款日期", "region": "地区", "annual_rate": "利率", "currency": "币种",
        },
        options={"amount_minor": {"unit": "ten_thousand"}},
        habits={"exchange_rates": {"USD": 7.0}},
    )  # fmt: skip
    row = {"借据号": "J-1", "身份证": "11010519800101001X", "金额": "３.5", "放款日期": "2026年1月5日", "地区": "CN-31",
           "利率": "12.5%", "币种": "人民币"}  # fmt: skip
    others = [{**row, "借据号": "J-2", "币种": "US$", "金额": "1"}, {**row, "借据号": "J-3", "币种": "EUR"}]
    assert counts(imported(mapping, [row, *others])) == {"new": 2, "rejected": 1}
    loan, dollars = Loan.objects.order_by("external_id")
    assert (loan.limit_minor, loan.annual_rate, loan.opened_on) == (3_500_000, 0.125, date(2026, 1, 5))
    assert (dollars.limit_minor, loan.region.code, Customer.objects.count()) == (7_000_000, "CN-31", 1)


def test_a_closing_told_by_a_later_import_is_known_since_then() -> None:
    product_make()
    columns = {"external_id": "no", "amount_minor": "sum", "opened_on": "opened", "closed_on": "closed"}
    mapping = mapping_of("loans", {"product": "=instalment", **columns})
    row = {"no": "J-1", "sum": "100", "opened": "2026-01-05", "closed": ""}
    ended = {**row, "closed": "2026-03-01"}
    imported(mapping, [row, {**ended, "no": "J-2"}])
    imported(mapping, [ended], AT.replace(day=3))
    open_then, always_closed = Loan.objects.order_by("external_id")
    assert open_then.closed_on == always_closed.closed_on == date(2026, 3, 1)
    assert (open_then.closed_known_at, always_closed.closed_known_at) == (AT.replace(day=3), AT)


def test_persons_who_may_be_one_are_named_and_stay_two() -> None:
    mapping = mapping_of("customers", {"national_id": "id", "name": "name", "phone": "phone", "address": "address"})
    wang = {"id": "1", "name": "Wang Xiaoming", "phone": "13800000001", "address": "12 Long Example Street, Shanghai"}
    li = {"id": "2", "name": "Li Na", "phone": "13900000009", "address": "7 Quite Another Road, Beijing"}
    imported(mapping, [wang, {**wang, "id": "3", "name": "Wang Xiao Ming"}, li])
    assert list(SuspectedDuplicate.objects.values_list("method", flat=True)) == ["BATCH"]
    imported(mapping, [{**li, "id": "4", "phone": "13700000000", "address": "7 Quite Another Rd, Beijing"}])
    assert SuspectedDuplicate.objects.filter(method="TOKENS").count() == 1
    assert Customer.objects.count() == 4


def test_a_gap_of_a_region_is_filled_between_its_neighbours_and_marked() -> None:
    Region.objects.create(code="R", name_en="R", name_zh="R")
    mapping = mapping_of(
        "region_months",
        {"region": "region", "month": "month", "indicator": "name", "value": "value"},
        options={"value": {"if_missing": "interpolate"}},
    )
    values = ["1", "", "3", "", "", "", "", "8", ""]
    rows = [
        {"region": "R", "month": f"2025-{month:02d}", "name": "gdp", "value": value}
        for month, value in enumerate(values, 1)
    ]
    done = imported(mapping, rows)
    assert (counts(done), done.imputed) == ({"new": 4, "rejected": 5}, 1)
    filled = RegionMonth.objects.get(month=date(2025, 2, 1))
    assert (filled.value, filled.source) == (2.0, "file:region_months:interpolated")
    assert counts(imported(mapping, rows, AT.replace(day=3))) == {"known": 4, "rejected": 5}


def _read(name: str, text: str) -> int | str:
    if not name.startswith("b_"):
        raise UnknownVariable(name)
    return integer_read(text) if name == "b_count" else text


@pytest.fixture
def catalogue() -> Iterator[None]:
    before = list(variable_side._SIDE)
    variable_side_register(VariableSide(value_read=_read, default_of={"b_count": "0"}.get))
    yield
    variable_side._SIDE[:] = before


def test_a_bureaus_value_is_filled_in_only_where_the_catalogue_allows(catalogue: None) -> None:
    loan_make()
    mapping = mapping_of(
        "bureau_updates",
        {"product": "=instalment", "loan": "=L-1", "variable": "variable", "value": "value", "event_at": "at"},
        options={"value": {"if_missing": "default"}},
    )
    names = [("b_count", ""), ("b_grade", ""), ("b_grade", "A"), ("other", "1")]
    rows = [{"variable": name, "value": value, "at": "2026-10-01"} for name, value in names]
    done = imported(mapping, rows)
    assert (counts(done), done.imputed) == ({"new": 2, "rejected": 2}, 1)
    assert set(done.rejects.values_list("code", flat=True)) == {"not_imputable", "unknown_variable"}
    told = CustomerFact.objects.order_by("variable").values_list("variable", "provenance", "source")
    assert list(told) == [
        ("b_count", "DERIVED", "file:bureau_updates:imputed"),
        ("b_grade", "SELF_DECLARED", "file:bureau_updates"),
    ]


def test_transactions_bring_their_accounts() -> None:
    loan_make()
    mapping = mapping_of(
        "transactions",
        {"product": "=instalment", "loan": "=L-1", "account": "account", "external_id": "id", "event_at": "at",
         "amount_minor": "amount", "currency": "=CNY", "text": "text"},
        habits={"timezone": "Asia/Shanghai"},
    )  # fmt: skip
    rows = [
        {"account": "A-1", "id": f"T-{number}", "at": f"2026-10-0{number} 23:30", "amount": "(12.50)", "text": "超市"}
        for number in range(1, 4)
    ]
    assert counts(imported(mapping, [*rows, {**rows[0], "id": "T-9", "amount": "0"}])) == {"new": 3, "rejected": 1}
    first = AccountTransaction.objects.earliest("event_at")
    assert (first.amount_minor, first.event_at) == (-1250, datetime(2026, 10, 1, 15, 30, tzinfo=UTC))
