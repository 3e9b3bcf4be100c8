"""How many loans of a review have no PD because a variable is unknown, and which."""

from typing import Any, Final

import msgspec
from django.db import connection

from monitoring.models import ReviewRun
from monitoring.scoring_gaps import UNSCORED

_COUNT: Final = """
SELECT code, count(*) FROM monitoring_reviewresult r, jsonb_array_elements_text(r.unknown_codes) code
WHERE r.run_id = %(run)s AND r.pd IS NULL AND code LIKE %(codes)s
GROUP BY code ORDER BY 2 DESC, 1
"""
_LOANS: Final = """
SELECT count(*) FROM monitoring_reviewresult r
WHERE r.run_id = %(run)s AND r.pd IS NULL AND r.unknown_codes::text LIKE %(text)s
"""


class Unscored(msgspec.Struct, frozen=True):
    """Loans without a PD, and of these how many lack each variable, the most often lacking first."""

    loans: int
    by_variable: dict[str, int]


def unscored_count(run: ReviewRun) -> Unscored:
    """Of the results that a review has written so far."""
    values: dict[str, Any] = {"run": run.pk, "codes": f"{UNSCORED}%", "text": f'%"{UNSCORED}%'}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        found = {code.removeprefix(UNSCORED): count for code, count in cursor.fetchall()}
        if not found:
            return Unscored(0, {})
        cursor.execute(_LOANS, values)
        return Unscored(int(cursor.fetchone()[0]), found)
