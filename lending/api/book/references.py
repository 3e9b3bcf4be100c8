"""Which loan, customer or account an item is about: named as the lending system names them, looked up together."""

from collections.abc import Iterable
from typing import NamedTuple

from lending.api.book.item_reader import ItemReader
from lending.models import Application, Identifier, Loan
from lending.services.book.recording import MAX_EXTERNAL_ID
from lending.vault import blind_index
from riskengine.errors import InvalidInput

MAX_CODE = 40


class LoanName(NamedTuple):
    """A contract number within a product."""

    product: str
    external_id: str


class CustomerName(NamedTuple):
    """A customer by one of three: an application of the caller's, a loan, or a blind index of the national ID."""

    application: str = ""
    loan: LoanName | None = None
    national_id: bytes = b""


class LoanFound(NamedTuple):
    """What is needed of a loan to report on it."""

    loan_id: int
    customer_id: int
    is_erased: bool
    timezone: str
    currency: str


def loan_name_read(item: ItemReader) -> LoanName | None:
    """`{"product": …, "external_id": …}`; None where absent or wrong."""
    part = item.part("loan")
    if part is None:
        return None
    product = part.text("product", is_required=True, most=MAX_CODE)
    number = part.text("external_id", is_required=True, most=MAX_EXTERNAL_ID)
    return LoanName(product, number) if item.finish_part(part) else None


def customer_name_read(item: ItemReader, field: str = "customer") -> CustomerName | None:
    """`{"application": …}`, `{"loan": …}` or `{"national_id": …}`; None where absent or wrong."""
    part = item.part(field)
    if part is None:
        return None
    application = part.text("application", most=MAX_EXTERNAL_ID)
    national_id = part.text("national_id")
    loan = loan_name_read(part)
    index = b""
    if national_id:
        try:
            index = blind_index(Identifier.Kind.NATIONAL_ID, national_id)
        except InvalidInput:
            part.problem("national_id", "out_of_range")
    if not part.problems and sum(map(bool, (application, index, loan))) != 1:
        part.problem("", "one_of")
    return CustomerName(application, loan, index) if item.finish_part(part) else None


def loans_find(names: Iterable[LoanName], *, client_id: int) -> dict[LoanName, LoanFound]:
    """The loans of these names that the client may report on: its own, and those imported, which are nobody's."""
    wanted = set(names)
    found = Loan.objects.filter(
        product__code__in={name.product for name in wanted}, external_id__in={name.external_id for name in wanted}
    ).values_list(
        *("product__code", "external_id", "application__client_id", "pk"),
        *("customer_id", "customer__erased_at", "product__timezone", "product__currency"),
    )
    return {
        LoanName(code, number): LoanFound(pk, customer_id, erased_at is not None, zone, currency)
        for code, number, owner, pk, customer_id, erased_at, zone, currency in found
        if LoanName(code, number) in wanted and owner in (None, client_id)
    }


def customers_find(names: Iterable[CustomerName], *, client_id: int) -> dict[CustomerName, tuple[int, bool]]:
    """Customer id and whether they are erased, by name, as far as they are known to the client."""
    wanted = set(names)
    applications = Application.objects.filter(
        client_id=client_id, external_id__in={name.application for name in wanted if name.application}
    ).values_list("external_id", "customer_id", "customer__erased_at")
    by_application = {number: (customer, erased is not None) for number, customer, erased in applications}
    indexes = {name.national_id for name in wanted if name.national_id}
    persons = Identifier.objects.filter(
        kind=Identifier.Kind.NATIONAL_ID,
        blind_index__in=indexes,
        # Whoever has not applied to this lender is nobody it may report on.
        customer__applications__client_id=client_id,
    ).values_list("blind_index", "customer_id", "customer__erased_at")
    by_index = {bytes(index): (customer, erased is not None) for index, customer, erased in persons}
    loans = loans_find((name.loan for name in wanted if name.loan), client_id=client_id)
    found: dict[CustomerName, tuple[int, bool]] = {}
    for name in wanted:
        if name.application in by_application:
            found[name] = by_application[name.application]
        elif name.national_id in by_index:
            found[name] = by_index[name.national_id]
        elif name.loan in loans:
            found[name] = (loans[name.loan].customer_id, loans[name.loan].is_erased)
    return found
