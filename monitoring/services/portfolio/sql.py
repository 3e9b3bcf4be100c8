"""Statements that count the portfolio: what is known of every loan is kept once, then all figures in one pass."""

from typing import Final

from lending.open_loans import closing_of, open_loan
from monitoring.services.outstanding import outstanding_sql

SERIOUS_DAYS: Final = 90
"""Later than this many days counts as seriously late, in every picture."""

AGE: Final = """CASE
        WHEN %(now)s - w.raised_at < interval '7 days' THEN '0-6'
        WHEN %(now)s - w.raised_at < interval '30 days' THEN '7-29'
        WHEN %(now)s - w.raised_at < interval '90 days' THEN '30-89'
        ELSE '90+' END"""
"""Days that a warning `w` is open, in bands."""

# What is known of each loan now: the newest result in this review or, where it took only some loans, in earlier ones.
# Warnings and codes are those of now: of an earlier day (not `is_latest`) they are not known any more. A customer has
# one code however many loans, so it stands on the first of them.
_LOANS: Final = """
INSERT INTO monitoring_portfolioloan (run_id, loan_id, customer_id, region_id, warning_id, owed_minor, pd, days_late,
    is_serious, segment, level, bucket, bucket_before, category, opened, warning_level, warning_age, health)
WITH found AS (
    SELECT DISTINCT ON (r.loan_id) r.loan_id, r.level, r.months_late, r.pd
    FROM monitoring_reviewresult r JOIN monitoring_reviewrun earlier ON earlier.id = r.run_id
    WHERE {runs_r}
    ORDER BY r.loan_id, earlier.as_of DESC, earlier.id DESC
), late AS (
    SELECT DISTINCT ON (d.loan_id) d.loan_id, d.dpd, d.bucket, d.category
    FROM monitoring_delinquencystate d JOIN monitoring_reviewrun earlier ON earlier.id = d.run_id
    WHERE {runs_d}
    ORDER BY d.loan_id, earlier.as_of DESC, earlier.id DESC
), owed AS (
    SELECT DISTINCT ON (m.loan_id) m.loan_id, m.billed_minor
    FROM lending_loanmonth m
    JOIN found ON found.loan_id = m.loan_id
    WHERE m.known_at <= %(as_of)s AND m.business_date BETWEEN %(day)s::date - 62 AND %(day)s
    ORDER BY m.loan_id, m.business_date DESC, m.known_at DESC
), warned AS (
    SELECT w.id, w.loan_id, w.level, {age} AS age
    FROM monitoring_earlywarning w WHERE w.state = 'OPEN' AND w.loan_id IS NOT NULL AND %(is_latest)s
), known AS (
    SELECT l.*, found.level, found.months_late, found.pd,
        row_number() OVER (PARTITION BY l.customer_id ORDER BY l.id) AS place
    FROM found JOIN lending_loan l ON l.id = found.loan_id
    WHERE {open}
)
SELECT %(run)s, k.id, k.customer_id, k.region_id, w.id,
    greatest(coalesce(principal.minor, owed.billed_minor, k.disbursed_minor, k.limit_minor), 0), k.pd, late.dpd,
    coalesce(late.dpd > %(serious)s, k.months_late > 3, false), coalesce(s.segment, ''), k.level,
    coalesce(late.bucket, ''), CASE WHEN late.bucket <> '' THEN coalesce(before.bucket, '') ELSE '' END,
    coalesce(late.category, ''), to_char(k.opened_on, 'YYYY-MM'), coalesce(w.level, ''), coalesce(w.age, ''),
    coalesce(h.colour, '')
FROM known k
LEFT JOIN late ON late.loan_id = k.id
LEFT JOIN monitoring_delinquencystate before ON before.loan_id = k.id AND before.run_id = %(before)s
LEFT JOIN owed ON owed.loan_id = k.id
LEFT JOIN {outstanding} principal ON principal.loan_id = k.id
LEFT JOIN monitoring_loanreview s ON s.loan_id = k.id
LEFT JOIN warned w ON w.loan_id = k.id
LEFT JOIN monitoring_healthcode h ON h.customer_id = k.customer_id AND h.is_current AND k.place = 1 AND %(is_latest)s
ORDER BY k.id
"""
LOANS: Final = _LOANS.format(
    age=AGE,
    open=open_loan("l").format(day="%(day)s", as_of="%(as_of)s"),
    outstanding=outstanding_sql("loan_id IN (SELECT loan_id FROM found)"),
    runs_r="{runs_r}",
    runs_d="{runs_d}",
)

# Loans of the review before that were written off since, or sold while late: a roll of which no loan here tells.
_LOST: Final = """
INSERT INTO monitoring_portfoliofigure
    (run_id, product_id, day, name, region_id, segment, key, count, bad_count, amount_minor)
SELECT %(run)s, %(product)s, %(day)s, 'ROLL', l.region_id, coalesce(s.segment, ''), b.bucket || '>', count(*),
    count(*) FILTER (WHERE b.dpd > %(serious)s), 0
FROM lending_loan l JOIN monitoring_delinquencystate b ON b.loan_id = l.id AND b.run_id = %(before)s AND b.bucket <> ''
CROSS JOIN LATERAL {closing} closing
LEFT JOIN monitoring_loanreview s ON s.loan_id = l.id
WHERE l.product_id = %(product)s AND (l.closed_on IS NOT NULL OR l.has_reopened)
    AND (closing.cause = 'WRITTEN_OFF' OR closing.cause = 'SOLD' AND b.dpd > 0)
GROUP BY l.region_id, s.segment, b.bucket
"""
LOST: Final = _LOST.format(closing=closing_of("l").format(day="%(day)s", as_of="%(as_of)s"))

# In one pass over the loans; a loan without a key does not count in that figure.
FIGURES: Final = """
INSERT INTO monitoring_portfoliofigure
    (run_id, product_id, day, name, region_id, segment, key, count, bad_count, amount_minor)
SELECT %(run)s, %(product)s, %(day)s,
    CASE grouping(level, bucket, category, opened, roll, warning, health)
        WHEN 63 THEN 'LEVEL' WHEN 95 THEN 'BUCKET' WHEN 111 THEN 'CATEGORY' WHEN 119 THEN 'VINTAGE'
        WHEN 123 THEN 'ROLL' WHEN 125 THEN 'WARNING' ELSE 'HEALTH'
    END,
    region_id, segment, coalesce(level, bucket, category, opened, roll, warning, health),
    count(*), count(*) FILTER (WHERE is_serious), coalesce(sum(owed_minor), 0)
FROM (
    SELECT region_id, segment, is_serious, owed_minor, level, bucket, category, opened,
        CASE WHEN bucket_before <> '' THEN bucket_before || '>' || bucket END AS roll,
        CASE WHEN warning_level <> '' THEN warning_level || '|' || warning_age END AS warning,
        nullif(health, '') AS health
    FROM monitoring_portfolioloan WHERE run_id = %(run)s
) loans
GROUP BY GROUPING SETS (
    (region_id, segment, level), (region_id, segment, bucket), (region_id, segment, category),
    (region_id, segment, opened), (region_id, segment, roll), (region_id, segment, warning),
    (region_id, segment, health)
)
HAVING coalesce(level, bucket, category, opened, roll, warning, health) IS NOT NULL
"""
