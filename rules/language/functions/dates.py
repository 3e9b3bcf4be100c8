"""Functions on dates and durations."""

import calendar as names

import polars as pl

from rules.language.functions import calendar, calendar_columns
from rules.language.functions.elementwise import batched, elementwise
from rules.language.functions.registry import Function, Refusal
from rules.language.temporal import day_of
from rules.language.types import Type

DATE, NUMBER, STRING = Type.DATE, Type.NUMBER, Type.STRING


def day_of_week(date: str) -> str | None:
    """The day's English name."""
    day = day_of(date)
    return None if day is None else names.day_name[day.weekday()]


DATE_FUNCTIONS = (
    Function(
        "date",
        "The date that the text writes (YYYY-MM-DD); unknown where it is none. A written-out date is checked at once.",
        "文本（YYYY-MM-DD）所写的日期；不是日期则结果未知。直接写出的日期会立即校验。",
        (STRING,),
        DATE,
        calendar.date_of,
        batched(calendar_columns.date_of, pl.String),
        (('date("2026-01-31")', "2026-01-31"), ('date(substring("2026-01-31 08:00", 1, 10))', "2026-01-31")),
        is_partial=True,
    ),
    Function(
        "duration",
        'A length of time, written out: duration("P1Y6M") in years and months, duration("P10DT2H") in days and time.',
        '直接写出的时长：duration("P1Y6M") 以年月计，duration("P10DT2H") 以天和时间计。',
        (STRING,),
        Type.ANY,
        calendar.date_of,
        batched(calendar_columns.date_of, pl.String),
        (('duration("P1Y6M") > duration("P17M")', True), ('duration("P1DT12H") = duration("PT36H")', True)),
        refuses=lambda _: Refusal(0, "duration_not_constant"),
    ),
    Function(
        "days between",
        "Days from the first date to the second; negative where the second is earlier.",
        "从第一个日期到第二个日期的天数；后者较早则为负。",
        (DATE, DATE),
        NUMBER,
        calendar.days_between,
        batched(calendar_columns.days_between, pl.Float64),
        (('days between(@"2026-02-27", @"2026-03-01")', 2.0), ('days between(@"2026-03-01", @"2026-02-27")', -2.0)),
        is_partial=True,
    ),
    Function(
        "months between",
        "Whole months from the first date to the second; a month is whole at the same day of the month.",
        "从第一个日期到第二个日期的整月数；到下月同一日为满一月。",
        (DATE, DATE),
        NUMBER,
        calendar.months_between,
        batched(calendar_columns.months_between, pl.Float64),
        (
            ('months between(@"2026-01-15", @"2026-03-14")', 1.0),
            ('months between(@"2026-01-31", @"2026-02-28")', 0.0),
            ('months between(@"2026-03-14", @"2026-01-15")', -1.0),
        ),
        is_partial=True,
    ),
    Function(
        "years between",
        "Whole years from the first date to the second: an age in years.",
        "从第一个日期到第二个日期的整年数，如年龄。",
        (DATE, DATE),
        NUMBER,
        calendar.years_between,
        batched(calendar_columns.years_between, pl.Float64),
        (('years between(@"1990-05-20", @"2026-05-19")', 35.0), ('years between(@"1990-05-20", @"2026-05-20")', 36.0)),
        is_partial=True,
    ),
    Function(
        "years and months duration",
        "Whole months from the first date to the second, as a duration.",
        "从第一个日期到第二个日期的整月时长。",
        (DATE, DATE),
        Type.MONTHS,
        calendar.months_between,
        batched(calendar_columns.months_between, pl.Float64),
        (
            ('years and months duration(@"2011-12-22", @"2013-08-24") = duration("P1Y8M")', True),
            ('years and months duration(@"2013-08-24", @"2011-12-22") = duration("-P1Y8M")', True),
        ),
        is_partial=True,
    ),
    Function(
        "day of week",
        "The English name of the date's day: Monday to Sunday. Its number, 1 to 7, is the component weekday.",
        "日期的星期英文名（Monday 至 Sunday）；其序号 1 至 7 用 .weekday。",
        (DATE,),
        STRING,
        day_of_week,
        elementwise(day_of_week, pl.String),
        (('day of week(@"2019-09-17")', "Tuesday"), ('day of week(@"2026-11-22")', "Sunday")),
        is_partial=True,
    ),
)
