"""Whether a loan is open on a day, and how it closed, as it was known at an instant: said once."""

from datetime import date, datetime
from typing import Final

from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.fields import DateField, DateTimeField

# Nearly every loan is told by its own columns; of one closed or opened more than once its changes say it.
_OPEN: Final = (
    "{loan}.opened_on <= {{day}} AND ({loan}.known_at IS NULL OR {loan}.known_at <= {{as_of}})"
    " AND ({loan}.closed_on IS NULL OR {loan}.closed_on > {{day}} OR {loan}.has_reopened"
    " OR coalesce({loan}.closed_known_at > {{as_of}}, false))"
    " AND (NOT {loan}.has_reopened OR NOT lending_was_closed({loan}.id, {{day}}, {{as_of}}))"
)
# The closing that the same loan has where it is not open.
_CLOSING: Final = """(
    SELECT {loan}.closed_on, {loan}.closed_cause AS cause
    WHERE NOT {loan}.has_reopened AND {loan}.closed_on <= {{day}}
        AND coalesce({loan}.closed_known_at <= {{as_of}}, true)
    UNION ALL
    SELECT changed_on, cause FROM (
        SELECT kind, changed_on, cause FROM (
            SELECT id, kind, changed_on, cause, known_at, lead(kind) OVER (ORDER BY known_at, id) AS following
            FROM lending_loanchange
            WHERE loan_id = {loan}.id AND kind IN ('CLOSED', 'REOPENED') AND known_at <= {{as_of}}
        ) told
        WHERE changed_on <= {{day}} AND NOT (kind = 'CLOSED' AND coalesce(following, '') = 'CLOSED')
        ORDER BY known_at DESC, id DESC LIMIT 1
    ) last WHERE {loan}.has_reopened AND kind = 'CLOSED'
)"""


def open_loan(alias: str) -> str:
    """A condition on the row `alias` of lending_loan, `{day}` (a date) and `{as_of}` (an instant) to be filled in:
    known by the instant, opened by the day, and not closed by it as far as was known."""
    return _OPEN.format(loan=alias)


def closing_of(alias: str) -> str:
    """A lateral table of at most one row (`closed_on`, `cause`; '' where nothing told it): how the loan in the row
    `alias` of lending_loan closed by `{day}` (a date), as known by `{as_of}` (an instant). Cheap only for few loans:
    ask it of those whose `closed_on` or `has_reopened` is set."""
    return _CLOSING.format(loan=alias)


def is_open_then(day: date, as_of: datetime, *, loan: str = "") -> Q:
    """The same for the ORM; `loan` leads from the model to its loan, such as `loan__`."""

    def about(**conditions: object) -> Q:
        return Q(**{f"{loan}{name}": value for name, value in conditions.items()})

    is_known = about(known_at__isnull=True) | about(known_at__lte=as_of)
    is_not_closed = (
        about(closed_on__isnull=True)
        | about(closed_on__gt=day)
        | about(closed_known_at__gt=as_of)
        | about(has_reopened=True)
    )
    was_closed = Func(
        F(f"{loan}pk"),
        Value(day, DateField()),
        Value(as_of, DateTimeField()),
        function="lending_was_closed",
        output_field=BooleanField(),
    )
    return is_known & about(opened_on__lte=day) & is_not_closed & (about(has_reopened=False) | ~Q(was_closed))
