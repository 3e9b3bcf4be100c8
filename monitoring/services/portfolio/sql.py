"""Statements that count the portfolio: facts of every loan once, then one grouping a figure."""

from typing import Final

SERIOUS_DAYS: Final = 90
"""Later than this many days counts as seriously late, in every picture."""

# What is known of each loan now: the newest result in this review or, where it took only some loans, in earlier ones.
FACTS: Final = """
CREATE TEMP TABLE portfolio_facts ON COMMIT DROP AS
WITH found AS (
    SELECT DISTINCT ON (r.loan_id) r.loan_id, r.level, r.months_late
    FROM monitoring_reviewresult r
    WHERE r.run_id = ANY(%(runs)s::bigint[])
    ORDER BY r.loan_id, array_position(%(runs)s::bigint[], r.run_id)
), late AS (
    SELECT DISTINCT ON (d.loan_id) d.loan_id, d.dpd, d.bucket, d.category
    FROM monitoring_delinquencystate d
    WHERE d.run_id = ANY(%(runs)s::bigint[])
    ORDER BY d.loan_id, array_position(%(runs)s::bigint[], d.run_id)
), owed AS (
    SELECT DISTINCT ON (m.loan_id) m.loan_id, m.billed_minor
    FROM lending_loanmonth m
    JOIN found ON found.loan_id = m.loan_id
    WHERE m.known_at <= %(as_of)s AND m.business_date BETWEEN %(day)s::date - 62 AND %(day)s
    ORDER BY m.loan_id, m.business_date DESC
)
SELECT found.loan_id, l.customer_id, l.region_id, coalesce(s.segment, '') AS segment, found.level,
    coalesce(late.bucket, '') AS bucket, coalesce(late.category, '') AS category,
    coalesce(late.dpd > %(serious)s, found.months_late > 3, false) AS is_serious,
    date_trunc('month', l.opened_on)::date AS opened,
    greatest(coalesce(owed.billed_minor, l.disbursed_minor, l.limit_minor), 0) AS owed_minor
FROM found
JOIN lending_loan l ON l.id = found.loan_id
LEFT JOIN late ON late.loan_id = found.loan_id
LEFT JOIN owed ON owed.loan_id = found.loan_id
LEFT JOIN monitoring_loanreview s ON s.loan_id = found.loan_id
WHERE l.closed_on IS NULL OR l.closed_on > %(day)s
"""

AGE: Final = """CASE
        WHEN %(now)s - w.raised_at < interval '7 days' THEN '0-6'
        WHEN %(now)s - w.raised_at < interval '30 days' THEN '7-29'
        WHEN %(now)s - w.raised_at < interval '90 days' THEN '30-89'
        ELSE '90+' END"""
"""Days that a warning `w` is open, in bands."""

_INSERT: Final = """
INSERT INTO monitoring_portfoliofigure
    (run_id, product_id, day, name, region_id, segment, key, count, bad_count, amount_minor)
SELECT %(run)s, %(product)s, %(day)s, '{name}', region_id, segment, {key},
    count(*), count(*) FILTER (WHERE is_serious), coalesce(sum(owed_minor), 0)
FROM {source}
GROUP BY region_id, segment, {key}
"""

_ROLLS: Final = """(
    SELECT f.*, before.bucket || '>' || f.bucket AS roll
    FROM portfolio_facts f
    JOIN monitoring_delinquencystate before ON before.loan_id = f.loan_id AND before.run_id = %(before)s
    WHERE f.bucket <> '' AND before.bucket <> ''
) rolls"""

_WARNINGS: Final = """(
    SELECT f.*, w.level || '|' || {age} AS level_and_age
    FROM portfolio_facts f
    JOIN monitoring_earlywarning w ON w.loan_id = f.loan_id AND w.state = 'OPEN'
) warned"""

_HEALTH: Final = """(
    SELECT DISTINCT ON (f.customer_id) f.*, h.colour
    FROM portfolio_facts f
    JOIN monitoring_healthcode h ON h.customer_id = f.customer_id AND h.is_current
    ORDER BY f.customer_id, f.loan_id
) coded"""


def _figures(*rows: tuple[str, str, str]) -> tuple[str, ...]:
    """A statement for each (name, key, source)."""
    return tuple(_INSERT.format(name=name, key=key, source=source) for name, key, source in rows)


FIGURES: Final = _figures(
    ("LEVEL", "level", "portfolio_facts"),
    ("BUCKET", "bucket", "portfolio_facts"),
    ("CATEGORY", "category", "portfolio_facts"),
    ("VINTAGE", "to_char(opened, 'YYYY-MM')", "portfolio_facts"),
    ("ROLL", "roll", _ROLLS),
)
FIGURES_OF_NOW: Final = _figures(
    ("WARNING", "level_and_age", _WARNINGS.format(age=AGE)),
    ("HEALTH", "colour", _HEALTH),
)
"""Read from what is open and shown today, so only the latest review is counted with them."""
