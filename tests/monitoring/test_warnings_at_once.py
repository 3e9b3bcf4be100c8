"""Two reviews reach one warning at once: what one has raised the other does not set back."""

import threading
import time
from datetime import date

import pytest
from django.db import connection, connections, transaction

from monitoring.models import EarlyWarning
from tests.factories.monitoring import loans, month_add, post_loan_goes_live, reviewed

WAITS = """
SELECT count(*) FROM pg_locks waits WHERE NOT granted AND EXISTS (
    SELECT FROM pg_locks held JOIN pg_database d ON d.oid = held.database
    WHERE held.pid = waits.pid AND d.datname = current_database())
"""
DAYS = [date(2005, 9, 30), date(2005, 10, 31)]
RULES = [
    {
        "code": code,
        "label_en": code,
        "label_zh": code,
        "when": f"payment_status_m0 = {status}",
        "then": {"outcome": level, "reason": "EW_NEWLY_LATE"},
    }
    for code, status, level in (("Y", 2, "YELLOW"), ("R", 4, "RED"))
]


def wait_for_a_lock():
    """Until somebody waits for a row that another one holds."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(transaction=True)
def test_a_level_that_another_review_has_just_raised_stays():
    post_loan_goes_live(rules=RULES)
    (loan,) = loans([])
    month_add(loan, DAYS[0], 2)
    reviewed(DAYS[0])
    month_add(loan, DAYS[1], 2)

    def review():
        try:
            reviewed(DAYS[1])
        finally:
            connections.close_all()

    nightly = threading.Thread(target=review)
    with transaction.atomic():  # a review between the reviews that has found worse, and has not ended yet
        EarlyWarning.objects.filter(loan=loan).update(level="RED")
        nightly.start()
        wait_for_a_lock()
    nightly.join(30)
    warning = EarlyWarning.objects.get()
    assert (warning.level, warning.hit_count) == ("RED", 2)
