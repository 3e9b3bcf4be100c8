"""The governed policy on the use of loan money, one for each product."""

from datetime import date
from functools import lru_cache
from typing import Final

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind, Words
from audit.models import GovernedDocument
from audit.services.governed_live import Live, governed_live
from lending.business_dates import business_date_of
from lending.models import Loan, Product
from lending.product_currency import product_currency
from lending.product_names import products_named
from monitoring.diversion.policy import LoanUsePolicy, PolicyProblem, Use, policy_problems
from rules.localised import localised

KIND_CODE: Final = "loan_use_policy"
USE_WORDS: Final[dict[str, Words]] = {
    Use.PROPERTY: gettext_lazy("House purchase"),
    Use.FUTURES: gettext_lazy("Futures and leveraged trading"),
    Use.SECURITIES: gettext_lazy("Securities"),
    Use.WEALTH_PRODUCTS: gettext_lazy("Wealth products"),
    Use.EQUITY: gettext_lazy("Equity of companies"),
    Use.GAMBLING: gettext_lazy("Gambling"),
    Use.OTHER_LENDER: gettext_lazy("Other lenders"),
    Use.CIRCULAR_RETURN: gettext_lazy("Back to the lender"),
    Use.CASH: gettext_lazy("Cash"),
    Use.OWN_ACCOUNT: gettext_lazy("Own account out of view"),
    Use.EDUCATION: gettext_lazy("Education"),
    Use.MEDICAL: gettext_lazy("Medical care"),
    Use.RENOVATION: gettext_lazy("Renovation"),
    Use.TRAVEL: gettext_lazy("Travel"),
    Use.VEHICLE: gettext_lazy("Vehicle"),
    Use.WEDDING: gettext_lazy("Wedding"),
    Use.BUSINESS: gettext_lazy("Business"),
    Use.GOODS: gettext_lazy("Consumer goods"),
    Use.LIVING: gettext_lazy("Living costs"),
    Use.REPAYMENT: gettext_lazy("Instalments of this loan"),
    Use.OVERDRAFT: gettext_lazy("Overdraft covered"),
    Use.UNKNOWN: gettext_lazy("Unknown payee"),
}
_PROBLEMS: dict[PolicyProblem, Words] = {
    PolicyProblem.PURPOSE_TWICE: gettext_lazy("A purpose is named twice."),
    PolicyProblem.USE_TWICE: gettext_lazy("A prohibited use is named twice."),
    PolicyProblem.CITATION_MISSING: gettext_lazy("Say in both languages where each prohibition is written."),
    PolicyProblem.LABEL_MISSING: gettext_lazy("Name each purpose in both languages."),
    PolicyProblem.NOT_FOLLOWED_PROHIBITED: gettext_lazy("A use is either prohibited or not followed, not both."),
    PolicyProblem.PAYEE_CITATION_MISSING: gettext_lazy("Say in both languages where payee control is required."),
    PolicyProblem.SUSPICION_ZERO: gettext_lazy("A share of zero would suspect everybody."),
}


def loan_use_policy_of(product: str, *, on: date) -> Live | None:
    """The policy in force for a product on a day; its `value` is a LoanUsePolicy. None where there is none."""
    return governed_live(KIND_CODE, product, on=on)


@lru_cache(maxsize=64)
def loan_use_policy_by_hash(content_hash: str) -> LoanUsePolicy | None:
    """The policy of this content, in force or not; None where no document has it."""
    row = GovernedDocument.objects.filter(kind=KIND_CODE, content_hash=content_hash).first()
    return msgspec.convert(row.document, LoanUsePolicy) if row else None


def _check(policy: LoanUsePolicy, name: str) -> list[str]:
    found = [str(_PROBLEMS[problem]) for problem in policy_problems(policy)]
    if not Product.objects.filter(code=name).exists():
        found.append(_("There is no product of this code."))
    return found


def loan_purpose_words(loan: Loan) -> str:
    """The declared purpose of a loan as today's policy of its product calls it; its code where it names none."""
    live = loan_use_policy_of(loan.product.code, on=business_date_of(timezone.now(), loan.product.timezone))
    found = live.value.purpose(loan.purpose) if live else None
    return localised(found.label) if found else str(loan.purpose)


def use_words(use: str) -> str:
    """A class of use in the reader's language."""
    return str(USE_WORDS.get(use, use))


KIND = Kind(
    KIND_CODE,
    LoanUsePolicy,
    title=gettext_lazy("Loan use policy"),
    help=gettext_lazy(
        "What loan money may not be used for and where that is written, how it is followed after the payout, and from"
        " which share on diversion is suspected. Two persons confirm it. In proportion more is found; by first in,"
        " first out a payment uses up what was there before the loan, so a diversion beside savings is missed more"
        " often. What each method finds is measured on diversions injected into generated and into real Czech"
        " statements (docs/diversion.md): synthetic, and no promise for other households."
    ),
    check=_check,
    name_choices=products_named,
    currency=product_currency,
    labels={
        "prohibited": gettext_lazy("Prohibited uses"),
        "prohibited.use": gettext_lazy("Use"),
        "prohibited.citation": gettext_lazy("Where it is written"),
        "prohibited.is_always": gettext_lazy("Whatever purpose is declared"),
        "purposes": gettext_lazy("Purposes that can be declared"),
        "purposes.code": gettext_lazy("Code"),
        "purposes.label": gettext_lazy("What it is called"),
        "purposes.uses": gettext_lazy("Uses that fit (none: all that is not prohibited)"),
        "not_followed": gettext_lazy("Uses that cannot be followed"),
        "method": gettext_lazy("Method"),
        "method=HAIRCUT": gettext_lazy("In proportion (haircut): finds 100 in 100 diversions, 85 in 100 partial ones"),
        "method=FIFO": gettext_lazy("First in, first out: finds 79 to 95 in 100 diversions, 60 in 100 partial ones"),
        "tracing_days": gettext_lazy("Days followed after the payout"),
        "hops": gettext_lazy("Transfers between accounts followed"),
        "suspicion_share": gettext_lazy("Share in prohibited uses that is suspected"),
        "circular_share": gettext_lazy("Share that comes back and is suspected"),
        "off_purpose_share": gettext_lazy("Share in other than the declared uses that is suspected"),
        "untraceable_share": gettext_lazy("Share out of sight from which nothing is told"),
        "unknown_opening": gettext_lazy("Where an opening balance is unknown"),
        "unknown_opening=least": gettext_lazy("assume the least that is possible, and say so"),
        "unknown_opening=untraceable": gettext_lazy("count the money as untraceable"),
        "habit_days": gettext_lazy("Days before the payout that show habits (0: none count)"),
        "own_money_share": gettext_lazy(
            "Share of the loan spent as declared from which own money is taken to have paid for the rest (empty: never)"
        ),
        "payee_controlled_from_minor": gettext_lazy("Amount above which the payee is paid directly"),
        "payee_controlled_citation": gettext_lazy("Where payee control is written"),
        **{
            f"{field}={use}": words
            for use, words in USE_WORDS.items()
            for field in ("prohibited.use", "purposes.uses", "not_followed")
        },
    },
)
