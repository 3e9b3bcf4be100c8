"""Landing of customers, loans, bureau updates and regional indicators."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from lending.book_imports.duplicates import COMPARED
from lending.book_imports.filling import MARK
from lending.book_imports.kinds import ATTRIBUTE
from lending.book_imports.mapping import RowProblem
from lending.identifiers import UnusableIdentifierError
from lending.models import Customer, Identifier, Loan, Product, Region, RegionMonth
from lending.services.book.events import region_months_record
from lending.services.book.inputs import LoanInput, RegionMonthInput
from lending.services.book.loans import LoanKnownError, loan_report
from lending.services.book.recording import InvalidBookItems, Recorded
from lending.services.book_imports.closings import loan_close
from lending.services.book_imports.land_money import day_began
from lending.services.book_imports.landing import (
    Context,
    Landed,
    Values,
    known_of,
    land_items,
    rejected,
)
from lending.services.book_imports.likeness import tokens_keep
from lending.services.book_imports.variable_side import AttributesRead, loan_attributes_read
from lending.services.customers import CustomerErasedError, customer_find_or_create
from lending.vault import key_new

IDENTIFIERS = tuple(Identifier.Kind.values)
FIELDS = {"changed_on": "closed_on", "cause": "closed_cause"}
"""What an import calls fields of a change."""


class LoanNotClosed(Exception):
    """A row's closing does not go in, so nothing of the row does."""

    def __init__(self, problem: RowProblem) -> None:
        self.problem = problem
        super().__init__(problem.code)


def customers_land(rows: Sequence[Values], context: Context) -> list[Landed]:
    """Customers by national ID: new ones, or identifiers added to known ones."""
    landed: list[Landed] = []
    customers: list[Customer | None] = []
    for row in rows:
        identifiers = {kind: str(row[kind]) for kind in IDENTIFIERS if kind in row}
        try:
            with transaction.atomic():
                customer = customer_find_or_create(identifiers=identifiers, at=context.at)
        except UnusableIdentifierError as error:
            landed.append(rejected(str(error.facts["kind"]), "unusable"))
            customers.append(None)
            continue
        except CustomerErasedError:
            landed.append(rejected("national_id", "customer_erased"))
            customers.append(None)
            continue
        landed.append(Landed("new" if customer.created_at == context.at else "known"))
        customers.append(customer)
    told = [{name: str(row[name]) for name in ("national_id", *COMPARED) if name in row} for row in rows]
    tokens_keep(told, customers)
    return landed


def loans_land(rows: Sequence[Any], context: Context) -> list[Landed]:
    """Loans paid out before this system was asked; a row without a national ID gets a customer of its own."""
    products = {product.code: product for product in Product.objects.filter(code__in={row["product"] for row in rows})}
    regions = dict(Region.objects.filter(code__in={row.get("region", "") for row in rows}).values_list("code", "pk"))
    known = {
        (loan.product.code, loan.external_id): loan.customer
        for loan in Loan.objects.filter(
            product__in=products.values(), external_id__in={row["external_id"] for row in rows}
        ).select_related("product", "customer")
    }
    return [_loan_land(row, products, regions, known, context) for row in rows]


def _loan_land(
    row: Any,
    products: Mapping[str, Product],
    regions: Mapping[str, int],
    known: Mapping[tuple[str, str], Customer],
    context: Context,
) -> Landed:
    product = products.get(row["product"])
    if product is None:
        return rejected("product", "not_found")
    if row.get("region") and row["region"] not in regions:
        return rejected("region", "unknown_region")
    told = {name.removeprefix(ATTRIBUTE): value for name, value in row.items() if name.startswith(ATTRIBUTE)}
    read = loan_attributes_read(product.code, told) if told else AttributesRead()
    if read.problems:
        problems = [RowProblem(f"{ATTRIBUTE}{name}", code) for name, code in read.problems.items()]
        return Landed("rejected", problems)
    loan = LoanInput(
        attributes=read.attributes,
        external_id=row["external_id"],
        amount_minor=row["amount_minor"],
        disbursed_minor=row.get("disbursed_minor", row["amount_minor"]),
        opened_on=row["opened_on"],
        purpose=row.get("purpose", "")[:40],
        region_id=regions.get(row.get("region", "")),
        annual_rate=row.get("annual_rate"),
        term_months=row.get("term_months"),
        branch=row.get("branch", "")[:40],
    )
    try:
        with transaction.atomic():
            customer = _loan_customer(row, known.get((product.code, loan.external_id)), context)
            held, is_new = loan_report(
                product=product,
                customer=customer,
                loan=loan,
                application=None,
                source=context.source,
                known_at=known_of(row, context),
                at=context.at,
                actor=context.actor,
            )
            if problem := loan_close(held, row, context):
                raise LoanNotClosed(problem)
    except UnusableIdentifierError:
        return rejected("national_id", "unusable")
    except CustomerErasedError:
        return rejected("national_id", "customer_erased")
    except LoanKnownError:
        return Landed("conflicting", [RowProblem("external_id", "conflicting")])
    except LoanNotClosed as error:
        return Landed("conflicting" if error.problem.code == "conflicting" else "rejected", [error.problem])
    except InvalidBookItems as error:
        found = [problem for problems in error.by_place.values() for problem in problems]
        return Landed("rejected", [RowProblem(FIELDS.get(one["field"], one["field"]), one["code"]) for one in found])
    return Landed("new" if is_new else "known")


def _loan_customer(row: Any, holder: Customer | None, context: Context) -> Customer:
    if "national_id" in row:
        return customer_find_or_create(identifiers={"national_id": row["national_id"]}, at=context.at)
    return holder or Customer.objects.create(wrapped_key=key_new()[1], created_at=context.at)


def regions_land(rows: Sequence[Any], context: Context) -> list[Landed]:
    """Indicators of regions by month; one that was filled in says so in its source.

    A value that does not say when it was known, and is the one known last, is known already.
    """
    regions = dict(Region.objects.filter(code__in={row["region"] for row in rows}).values_list("code", "pk"))
    latest = _values_latest(regions.values())
    landed = [Landed() for _ in rows]
    for is_imputed in (False, True):
        places = [place for place, row in enumerate(rows) if bool(row.get(MARK)) is is_imputed]
        source = f"{context.source[:26]}:interpolated" if is_imputed else context.source

        def build(row: Any) -> RegionMonthInput | Landed:
            return _region_month(row, regions, latest, context)

        def record(items: Sequence[RegionMonthInput], source: str = source) -> Recorded:
            return region_months_record(items=items, source=source, at=context.at, actor=context.actor)

        done = land_items([rows[place] for place in places], build, record)
        for place, outcome in zip(places, done, strict=True):
            landed[place] = outcome
    return landed


def _region_month(
    row: Any, regions: Mapping[str, int], latest: Mapping[tuple[int, date, str], float], context: Context
) -> RegionMonthInput | Landed:
    if row["region"] not in regions:
        return rejected("region", "unknown_region")
    region_id, month, indicator = regions[row["region"]], row["month"].replace(day=1), row["indicator"][:40]
    if "known_at" not in row and latest.get((region_id, month, indicator)) == row["value"]:
        return Landed("known")
    known_at = known_of(row, context)
    return RegionMonthInput(
        region_id=region_id,
        month=month,
        indicator=indicator,
        value=row["value"],
        event_at=min(day_began(month, "", context), known_at),
        known_at=known_at,
    )


def _values_latest(region_ids: Iterable[int]) -> dict[tuple[int, date, str], float]:
    rows = RegionMonth.objects.filter(region__in=region_ids).order_by("known_at")
    return {
        (region, month, name): value
        for region, month, name, value in rows.values_list("region_id", "month", "indicator", "value")
    }
