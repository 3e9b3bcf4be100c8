"""What is still owed of loans on a day: asked before one is closed as paid."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import connection

# As `dpd` reads it: what fell due is owed whole, of what falls due later only the principal. A loan without a schedule
# owes what its last statement says where that is late, less what was paid since; one in time proves nothing.
_OWED: Final = """
SELECT a.place, coalesce(plan.due - coalesce(paid.minor, 0), month.billed_minor - coalesce(since.minor, 0), 0),
    coalesce(CASE WHEN plan.due IS NULL THEN month.billed_minor > coalesce(since.minor, 0)
        ELSE plan.before > coalesce(paid.minor, 0) END, false)
FROM unnest(%(loans)s::bigint[], %(days)s::date[], %(known)s::timestamptz[]) WITH ORDINALITY
    AS a (loan_id, day, known_at, place)
LEFT JOIN LATERAL (
    SELECT sum(principal_minor + CASE WHEN due_on <= a.day THEN interest_minor + fee_minor ELSE 0 END) AS due,
        coalesce(sum(principal_minor + interest_minor + fee_minor) FILTER (WHERE due_on < a.day), 0) AS before
    FROM lending_instalment WHERE loan_id = a.loan_id AND known_at = (
        SELECT max(known_at) FROM lending_instalment WHERE loan_id = a.loan_id AND known_at <= a.known_at)
) plan ON true
LEFT JOIN LATERAL (
    SELECT sum(amount_minor) AS minor FROM lending_repayment
    WHERE loan_id = a.loan_id AND paid_on <= a.day AND known_at <= a.known_at
) paid ON true
LEFT JOIN LATERAL (
    SELECT business_date, billed_minor, payment_status FROM lending_loanmonth
    WHERE loan_id = a.loan_id AND business_date <= a.day AND known_at <= a.known_at
    ORDER BY business_date DESC, known_at DESC LIMIT 1
) month ON plan.due IS NULL AND month.payment_status > 0
LEFT JOIN LATERAL (
    SELECT sum(amount_minor) AS minor FROM lending_repayment
    WHERE loan_id = a.loan_id AND paid_on > month.business_date AND paid_on <= a.day AND known_at <= a.known_at
) since ON true
ORDER BY a.place
"""


class Owed(NamedTuple):
    """Of one loan on a day, as known by an instant; 0 and False where nothing says otherwise."""

    minor: int
    """Minor units, never negative."""
    is_late: bool


def owed_of(asked: Sequence[tuple[int, date, datetime]]) -> list[Owed]:
    """What each loan owes on its day, from what was known by its instant: in the order asked."""
    if not asked:
        return []
    loans, days, known = zip(*asked, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_OWED, {"loans": list(loans), "days": list(days), "known": list(known)})
        return [Owed(max(int(minor), 0), is_late) for _place, minor, is_late in cursor.fetchall()]
