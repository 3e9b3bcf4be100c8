"""The business calendar: Monday to Friday and the worked weekends, without the holidays, of a product's list."""

from datetime import datetime

from django.db import connection


def working_day_end(at: datetime, *, zone: str, working_days: int, product_code: str | None = None) -> datetime:
    """The first instant (UTC) after the n-th working day that follows the business date of `at` in `zone`.

    Holidays and worked weekends are those in force on that date (`listed_days`, from the product's buckets of days past
    due); without a product, the days that all lists in force name. Decisions and reviews ask the same function of the
    database in their own statements.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT working_day_end(%s, %s, %s, %s)", [at, zone, working_days, product_code])
        found: datetime = cursor.fetchone()[0]
    return found
