"""What only reviews of loans paid out can read: the sources of such variables, and the fields each may name. Pure."""

from typing import Final

CUSTOMER_MONTH: Final = "customer_month"
PREVIOUS_REVIEW: Final = "previous_review"
DIVERSION: Final = "diversion"

POST_LOAN_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    CUSTOMER_MONTH: (
        "income_minor",
        "lender_in_minor",
        "lender_out_minor",
        "cash_out_minor",
        "gambling_minor",
        "lowest_balance_minor",
        "spend_minor",
    ),
    PREVIOUS_REVIEW: ("pd", "level"),
    "delinquency": ("dpd", "bucket", "category"),
    DIVERSION: ("state", "diverted_share", "untraceable_share"),
}
"""Fields by source. `customer_month`: sums of the customer's transactions in the calendar month `lag_months` before the
last one that is over; `previous_review`: of the same loan; the others as their parts of `monitoring` know the loan."""

_NUMBERS: Final = frozenset({"pd", "diverted_share", "untraceable_share"})
_TEXTS: Final = frozenset({"level", "bucket", "category", "state"})


def post_loan_type(field: str) -> str:
    """The type a variable of the field has: money and days are whole numbers."""
    return "number" if field in _NUMBERS else "string" if field in _TEXTS else "integer"


def post_loan_problems(source: str, field: str, type_: str, lag_months: int) -> list[str]:
    """What is wrong with the variable's `field`, in words that follow its name."""
    fields = POST_LOAN_FIELDS.get(source)
    if fields is None:
        return ["names a field, but its source has none"] if field else []
    if field not in fields:
        return [f"must name a field of {source}: {', '.join(fields)}"]
    found = []
    if type_ != post_loan_type(field):
        found.append(f"is read from {field}, so its type must be {post_loan_type(field)}")
    if lag_months < 0 or (lag_months and source != CUSTOMER_MONTH):
        found.append("has a lag its source does not know")
    return found
