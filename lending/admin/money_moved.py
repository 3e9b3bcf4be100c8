"""A customer's accounts on their page: sums by month and transactions, a page at a time."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from lending.models import AccountTransaction, BankAccount, Customer, CustomerMonth
from lending.money import money_text
from lending.transaction_categories import lexicon_default

ON_A_PAGE: Final = 50
MONTHS: Final = 12
PARAMETER: Final = "transactions"
SHOWN: Final = (
    *("event_at", "amount_minor", "balance_after_minor", "category", "merchant_category"),
    *("account", "loan"),
)
SUMS: Final = ("income_minor", "lender_in_minor", "lender_out_minor", "cash_out_minor", "gambling_minor", "spend_minor")


def money_moved(customer: Customer, request: HttpRequest, *, is_chinese: bool) -> dict[str, Any]:
    """What the page shows: accounts, the latest months, one page of transactions. Texts stay sealed."""
    accounts = list(BankAccount.objects.filter(customer=customer).order_by("pk"))
    rows = AccountTransaction.objects.filter(account__in=[account.pk for account in accounts])
    page = Paginator(rows.defer("sealed").select_related("loan").order_by("-event_at", "-pk"), ON_A_PAGE).get_page(
        request.GET.get(PARAMETER)
    )
    by_id = {account.pk: account for account in accounts}
    currency = next((account.currency for account in accounts if account.is_own), "")
    return {
        "accounts": [
            {"account": account, "balance": money_text(account.opening_balance_minor, account.currency)}
            for account in accounts
        ],
        "account_titles": _titles(
            BankAccount, ("external_id", "currency", "is_own", "opened_on", "opening_balance_minor")
        ),
        "month_titles": _titles(CustomerMonth, (*SUMS, "lowest_balance_minor")),
        "transaction_titles": _titles(AccountTransaction, SHOWN),
        "months": [_month(month, currency) for month in _months_latest(customer)],
        "page": page,
        "parameter": PARAMETER,
        "transactions": [_transaction(row, by_id[row.account_id], is_chinese) for row in page],
    }


def _titles(model: type[Model], names: Iterable[str]) -> list[str]:
    return [str(model._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]


def _months_latest(customer: Customer) -> list[CustomerMonth]:
    known = CustomerMonth.objects.filter(customer=customer).order_by("-month", "-known_at").distinct("month")
    return list(known[:MONTHS])


def _month(month: CustomerMonth, currency: str) -> dict[str, Any]:
    return {
        "month": month.month,
        "sums": [money_text(getattr(month, name), currency) for name in SUMS],
        "lowest": money_text(month.lowest_balance_minor, currency),
    }


def _transaction(row: AccountTransaction, account: BankAccount, is_chinese: bool) -> dict[str, Any]:
    return {
        "row": row,
        "account": account,
        "amount": money_text(row.amount_minor, account.currency),
        "balance": money_text(row.balance_after_minor, account.currency),
        "category": category_words(row.category, is_chinese=is_chinese),
    }


def category_words(code: str, *, is_chinese: bool) -> str:
    """A class of transfers in the reader's language; a code that is not ours as it came."""
    if not code:
        return _("not classified")
    entry = lexicon_default().by_code.get(code)
    return code if entry is None else (entry.zh if is_chinese else entry.en)
