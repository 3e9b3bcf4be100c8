"""Principal outstanding of loans with a schedule, in SQL: what many loans owe is worked out where they lie."""

from typing import Final

_OUTSTANDING: Final = """(
    SELECT s.loan_id, sum(s.principal_minor - least(s.principal_minor, greatest(
        coalesce(paid.minor, 0) - s.up_to + s.principal_minor, 0)))::bigint AS minor
    FROM (
        SELECT i.loan_id, i.principal_minor, sum(i.principal_minor + i.interest_minor + i.fee_minor)
            OVER (PARTITION BY i.loan_id ORDER BY i.due_on, i.number) AS up_to
        FROM lending_instalment i JOIN (
            SELECT loan_id, max(known_at) AS known_at FROM lending_instalment
            WHERE {asked} AND known_at <= %(as_of)s GROUP BY loan_id
        ) latest ON latest.loan_id = i.loan_id AND latest.known_at = i.known_at
    ) s LEFT JOIN (
        SELECT loan_id, sum(amount_minor) AS minor FROM lending_repayment
        WHERE {asked} AND paid_on <= %(day)s AND known_at <= %(as_of)s AND event_at <= %(as_of)s GROUP BY loan_id
    ) paid ON paid.loan_id = s.loan_id
    GROUP BY s.loan_id
)"""


def outstanding_sql(asked: str) -> str:
    """A derived table (loan_id, minor) of the loans whose `loan_id` meets the condition `asked`; none without a
    schedule. Reads %(day)s and %(as_of)s.

    Money received pays the oldest instalment first, and within it fees and interest before principal, as in
    `delinquency.dpd`; what is not due yet is owed as well.
    """
    return _OUTSTANDING.format(asked=asked)
