"""The two statements with which a chunk of a review reaches the warnings: all its rows at once.

Rows of the chunk are in `review_in`; `near`, yet to be filled in, says again which loans `w` is about: so no plan walks
over the open warnings of all others. Ranks are places in `levels`, 1 (NONE) to 5 (RED).
"""

from functools import partial
from typing import Final

from monitoring.services.outstanding import outstanding_sql

# What is owed of a loan `l`: the principal outstanding of a schedule, else the latest bill known, else the amount lent.
# OFFSET keeps it a table of its own: put in the place of its column, it is worked out once for every mention.
_OWED: Final = f"""(
        SELECT greatest(coalesce((SELECT o.minor FROM {outstanding_sql("loan_id = l.id")} o), (
            SELECT m.billed_minor FROM lending_loanmonth m
            WHERE m.loan_id = l.id AND m.known_at <= %(as_of)s ORDER BY m.business_date DESC, m.known_at DESC LIMIT 1
        ), l.limit_minor), 0) AS minor
        OFFSET 0
    )"""  # noqa: S608  # a condition of our own
# A case of each of the warnings `w` (id, loan_id, rank, pd) that the policy does not only watch.
_cases: Final = partial(
    """
    INSERT INTO monitoring_warningcase
        (warning_id, product_id, state, level_rank, exposure_minor, expected_loss_minor, opened_at, due_at, outcome)
    SELECT w.id, l.product_id, 'OPEN', w.rank, owed.minor,
        round(w.pd * %(loss_given_default)s * owed.minor), %(at)s, (%(due)s::timestamptz[])[w.rank], ''
    FROM {source} w
    JOIN lending_loan l ON l.id = w.loan_id
    CROSS JOIN LATERAL {owed} owed
    WHERE w.rank > %(case_rank)s OR w.rank = %(case_rank)s AND coalesce(w.pd >= %(case_pd)s, true)
""".format,
    owed=_OWED,
)
_RAISED: Final = "(SELECT *, array_position(%(levels)s::text[], level) - 1 AS rank FROM raised)"
_RISEN: Final = """(
        SELECT m.id, m.loan_id, m.level - 1 AS rank, m.pd FROM merged m
        WHERE NOT EXISTS (SELECT FROM monitoring_warningcase c WHERE c.warning_id = m.id)
    )"""

# A level rises at once. It falls only after `fall_reviews` days in a row on which reviews found less, to the worst of
# what they found, and never to NONE: a person closes a warning. A worse level than the one it was snoozed at wakes a
# snoozed warning; other hits of a snoozed one are kept as unheard.
_MERGE: Final = """
WITH found AS (
    SELECT w.id, r.loan_id, r.reasons, r.pd, array_position(%(levels)s::text[], r.level) AS now,
        array_position(%(levels)s::text[], w.level) AS open, w.lower_count AS count,
        coalesce(array_position(%(levels)s::text[], nullif(w.lower_level, '')), 0) AS lower,
        coalesce(w.lower_as_of + interval '20 hours' <= %(as_of)s, true) AS is_new_day
    FROM review_in r JOIN monitoring_earlywarning w ON w.loan_id = r.loan_id AND w.state = 'OPEN'
        AND {near}
    -- Held, and read as it is then: a level that another review has just raised must not be set back to what was.
    ORDER BY w.loan_id FOR NO KEY UPDATE OF w
), counted AS (
    SELECT *, CASE WHEN now >= open THEN 0 WHEN is_new_day THEN least(count + 1, 30000) ELSE count END AS streak,
        CASE WHEN now >= open THEN 0 ELSE greatest(lower, now) END AS worst
    FROM found
), judged AS (
    SELECT *, CASE
        WHEN now >= open THEN now WHEN streak >= %(fall_reviews)s AND worst > 1 THEN worst ELSE open
    END AS level
    FROM counted
), merged AS (
    UPDATE monitoring_earlywarning w
    SET level = (%(levels)s::text[])[j.level],
        hit_count = w.hit_count + (j.now > 1)::int,
        last_run_id = CASE WHEN j.now > 1 THEN %(run)s ELSE w.last_run_id END,
        reasons = CASE WHEN j.now > 1 THEN j.reasons ELSE w.reasons END,
        pd = j.pd,
        -- Once it has fallen, what lies below begins to be counted anew.
        lower_count = CASE WHEN j.now >= j.level THEN 0 WHEN j.level < j.open THEN 1 ELSE j.streak END,
        lower_level = CASE
            WHEN j.now >= j.level THEN ''
            WHEN j.level < j.open THEN (%(levels)s::text[])[j.now]
            ELSE (%(levels)s::text[])[j.worst]
        END,
        lower_as_of = CASE
            WHEN j.now >= j.level THEN NULL WHEN j.is_new_day THEN %(as_of)s ELSE w.lower_as_of
        END
    FROM judged j WHERE w.id = j.id
    RETURNING w.id, w.loan_id, j.now, j.open, j.level, j.pd
), snoozed AS (
    SELECT m.id, m.loan_id, m.now, s.id AS snooze_id,
        m.now > array_position(%(levels)s::text[], s.level) AS is_worse
    FROM merged m JOIN monitoring_warningsnooze s
        ON s.warning_id = m.id AND s.started_at IS NOT NULL AND s.ended_at IS NULL AND s.until > %(at)s
), woken AS (
    UPDATE monitoring_warningsnooze s SET ended_at = %(at)s, end_cause = 'WOKEN'
    FROM snoozed z WHERE s.id = z.snooze_id AND z.is_worse
    RETURNING s.warning_id
), quiet AS (
    INSERT INTO monitoring_warninghit (warning_id, loan_id, run_id, level, cause, at)
    SELECT id, loan_id, %(run)s, (%(levels)s::text[])[now], 'SNOOZE', %(at)s
    FROM snoozed WHERE NOT is_worse AND now > 1
    ON CONFLICT (run_id, loan_id) DO NOTHING
    RETURNING id
), owed AS (
    SELECT m.*, c.id AS case_id, owed.minor FROM merged m
    JOIN monitoring_warningcase c ON c.warning_id = m.id AND c.state <> 'CLOSED'
    JOIN lending_loan l ON l.id = m.loan_id
    CROSS JOIN LATERAL {owed} owed
), ordered AS (
    UPDATE monitoring_warningcase c
    SET level_rank = m.level - 1,
        exposure_minor = m.minor,
        -- What was owed at first stays known once it is another amount.
        opened_minor = CASE
            WHEN m.minor <> c.exposure_minor THEN coalesce(c.opened_minor, c.exposure_minor) ELSE c.opened_minor
        END,
        expected_loss_minor = round(m.pd * %(loss_given_default)s * m.minor),
        due_at = CASE
            WHEN m.level > m.open THEN least(c.due_at, (%(due)s::timestamptz[])[m.level - 1]) ELSE c.due_at
        END,
        snoozed_until = CASE WHEN m.id IN (SELECT warning_id FROM woken) THEN NULL ELSE c.snoozed_until END
    FROM owed m
    -- Its place in the queue is written anew where it matters: a row costs as much as the warning's own.
    WHERE c.id = m.case_id AND (
        c.level_rank <> m.level - 1 OR m.id IN (SELECT warning_id FROM woken) OR c.exposure_minor <> m.minor
        OR (c.expected_loss_minor IS NULL) <> (m.pd IS NULL)
        OR abs(m.pd * %(loss_given_default)s * m.minor - c.expected_loss_minor) > 0.1 * c.expected_loss_minor
    )
), opened AS ({cases})
SELECT (SELECT count(*) FROM merged WHERE now > 1), (SELECT count(*) FROM merged WHERE level > open),
    (SELECT count(*) FROM merged WHERE level < open), (SELECT count(*) FROM woken), (SELECT count(*) FROM quiet)
"""
MERGE: Final = _MERGE.format(owed=_OWED, cases=_cases(source=_RISEN), near="{near}")

# Where a warning on the loan was closed within the cooldown, the same or a milder level stays quiet; a worse one
# never does.
_RAISE: Final = """
WITH cause AS (
    SELECT r.loan_id, r.customer_id, r.level, r.reasons, r.pd, before.id AS before_id,
        array_position(%(levels)s::text[], r.level)
            <= array_position(%(levels)s::text[], before.level) AS is_quiet
    FROM review_in r
    LEFT JOIN LATERAL (
        SELECT w.id, w.level FROM monitoring_earlywarning w
        WHERE w.loan_id = r.loan_id AND w.state = 'CLOSED' AND w.closed_at > %(quiet_since)s::timestamptz
        ORDER BY w.closed_at DESC LIMIT 1
    ) before ON true
    WHERE r.level <> 'NONE'
        AND NOT EXISTS (
            SELECT FROM monitoring_earlywarning w
            WHERE w.loan_id = r.loan_id AND w.state = 'OPEN' AND {near}
        )
), quiet AS (
    INSERT INTO monitoring_warninghit (warning_id, loan_id, run_id, level, cause, at)
    SELECT before_id, loan_id, %(run)s, level, 'COOLDOWN', %(at)s FROM cause WHERE is_quiet
    ON CONFLICT (run_id, loan_id) DO NOTHING
    RETURNING id
), raised AS (
    INSERT INTO monitoring_earlywarning
        (loan_id, customer_id, level, reasons, pd, state, first_run_id, last_run_id, hit_count, lower_count,
        lower_level, raised_at, closing_note)
    SELECT loan_id, customer_id, level, reasons, pd, 'OPEN', %(run)s, %(run)s, 1, 0, '', %(at)s, ''
    FROM cause WHERE is_quiet IS NOT TRUE
    ON CONFLICT (loan_id) WHERE state = 'OPEN' DO NOTHING
    RETURNING id, loan_id, level, pd
), opened AS ({cases})
SELECT (SELECT count(*) FROM raised), (SELECT count(*) FROM quiet)
"""
RAISE: Final = _RAISE.format(cases=_cases(source=_RAISED), near="{near}")

DUE: Final = """
SELECT array_agg(working_day_end(%(at)s, %(zone)s, days, %(product)s) ORDER BY place)
FROM unnest(%(due_days)s::int[]) WITH ORDINALITY AS level (days, place)
"""
"""When cases opened now are due, BLUE to RED: the end of that many working days where the product is lent."""
