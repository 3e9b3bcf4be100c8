"""The class of each outgoing line: by the lender's own accounts, by loan, by its source, then by its words. Pure."""

from typing import Final

from lending.transaction_categories import UNKNOWN, Classified, Lexicon, category_of, lexicon_default
from monitoring.diversion.model import Stream, Transaction

OWN_REPAYMENT: Final = "repayment"
"""A use beside the classes of transfers: an instalment of this loan."""
OTHER_LENDER: Final = "other_lender"
CIRCULAR_RETURN: Final = "circular_return"


def classes_of(stream: Stream, lexicon: Lexicon | None = None) -> dict[int, Classified]:
    """Class and evidence of each outgoing line, by its id."""
    words = lexicon or lexicon_default()
    return {line.id: _class(line, stream, words) for line in stream.transactions if line.amount_minor < 0}


def _class(line: Transaction, stream: Stream, words: Lexicon) -> Classified:
    if line.loan_id is not None:
        is_this = line.loan_id == stream.disbursement.loan_id
        return Classified(OWN_REPAYMENT if is_this else OTHER_LENDER, "loan")
    told = _told(line, words)
    if line.counterparty_key and line.counterparty_key in stream.lender_keys:
        # What is called a repayment is one, though nobody wrote of which loan.
        return Classified(OWN_REPAYMENT if told.category == OTHER_LENDER else CIRCULAR_RETURN, "lender")
    return told


def _told(line: Transaction, words: Lexicon) -> Classified:
    if line.category and line.category != UNKNOWN:
        return Classified(line.category, "source")
    return category_of(
        counterparty=line.counterparty,
        text=line.text,
        merchant_category=line.merchant_category,
        amount_minor=line.amount_minor,
        lexicon=words,
    )


def keeps_after_return(use: str) -> bool:
    """Whether money stays used this way though it comes back later: sold shares were bought."""
    category = lexicon_default().by_code.get(use)
    return category is not None and category.kind == "risk"
