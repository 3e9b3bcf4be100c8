"""How functions, components and durations of the rule language are read in a sentence. Pure."""

from rules.language.temporal import DAY
from rules.language.types import Type
from rules.words import Language, pick

FUNCTIONS: dict[str, tuple[str, str]] = {
    "min": ("the smallest of {all}", "{all}中的最小值"),
    "max": ("the largest of {all}", "{all}中的最大值"),
    "sum": ("the sum of {all}", "{all}之和"),
    "mean": ("the mean of {all}", "{all}的平均值"),
    "median": ("the median of {all}", "{all}的中位数"),
    "count": ("the number of values in {all}", "{all}中值的个数"),
    "list contains": ("{0} contains {1}", "{0}包含{1}"),
    "abs": ("the size of {0}", "{0}的绝对值"),
    "floor": ("{0} rounded down to a whole number", "{0}向下取整"),
    "ceiling": ("{0} rounded up to a whole number", "{0}向上取整"),
    "round half up": ("{0} rounded to {1} decimals", "{0}四舍五入到 {1} 位小数"),
    "round up": ("{0} rounded up to {1} decimals", "{0}向上舍入到 {1} 位小数"),
    "round down": ("{0} cut to {1} decimals", "{0}截断到 {1} 位小数"),
    "modulo": ("what is left of {0} after division by {1}", "{0}除以{1}的余数"),
    "sqrt": ("the square root of {0}", "{0}的平方根"),
    "log": ("the natural logarithm of {0}", "{0}的自然对数"),
    "is defined": ("{0} is known", "{0}已知"),
    "coalesce": ("the first known of {all}", "{all}中第一个已知的值"),
    "contains": ("{0} contains {1}", "{0}包含{1}"),
    "starts with": ("{0} starts with {1}", "{0}以{1}开头"),
    "ends with": ("{0} ends with {1}", "{0}以{1}结尾"),
    "matches": ("{0} matches the pattern {1}", "{0}符合模式{1}"),
    "string length": ("the number of characters of {0}", "{0}的字符数"),
    "upper case": ("{0} in capital letters", "大写的{0}"),
    "lower case": ("{0} in small letters", "小写的{0}"),
    "date": ("{0} as a date", "{0}所写的日期"),
    "days between": ("the days from {0} to {1}", "{0}至{1}的天数"),
    "months between": ("the whole months from {0} to {1}", "{0}至{1}的整月数"),
    "years between": ("the whole years from {0} to {1}", "{0}至{1}的整年数"),
    "years and months duration": ("the whole months from {0} to {1}", "{0}至{1}的整月时长"),
    "day of week": ("the day of the week of {0}", "{0}的星期"),
}
"""{all}: every argument, listed; {0}, {1}: one of them."""
COMPONENTS: dict[str, tuple[str, str]] = {
    "year": ("the year of {}", "{}的年份"),
    "month": ("the month of {}", "{}的月份"),
    "day": ("the day of the month of {}", "{}的日"),
    "weekday": ("the weekday (1 Monday) of {}", "{}的星期（1 为周一）"),
    "years": ("the years of {}", "{}的年数"),
    "months": ("the months of {}", "{}的月数"),
    "days": ("the days of {}", "{}的天数"),
    "hours": ("the hours of {}", "{}的小时数"),
    "minutes": ("the minutes of {}", "{}的分钟数"),
    "seconds": ("the seconds of {}", "{}的秒数"),
}
_UNITS: dict[Type, tuple[tuple[float, str, str, str], ...]] = {
    Type.MONTHS: ((12.0, "year", "years", "年"), (1.0, "month", "months", "个月")),
    Type.DAYS: (
        (DAY, "day", "days", "天"),
        (3_600.0, "hour", "hours", "小时"),
        (60.0, "minute", "minutes", "分钟"),
        (1.0, "second", "seconds", "秒"),
    ),
}


def duration_words(value: float, kind: Type, language: Language) -> str:
    """A duration (months for MONTHS, seconds for DAYS): 1 year 6 months, 10 天."""
    left, parts = abs(value), []
    for size, one, many, chinese in _UNITS[kind]:
        number = int(left // size)
        left -= number * size
        if number:
            parts.append(pick((f"{number} {one if number == 1 else many}", f"{number} {chinese}"), language))
    smallest = _UNITS[kind][0 if kind is Type.DAYS else -1]
    words = " ".join(parts) or pick((f"0 {smallest[2]}", f"0 {smallest[3]}"), language)
    return f"−{words}" if value < 0 else words


def call_words(function: str, arguments: list[str], language: Language) -> str:
    """A call as a phrase; a function without wording as it is written."""
    listed = pick((", ", "、"), language).join(arguments)
    if function not in FUNCTIONS:
        return f"{function}({listed})"
    return pick(FUNCTIONS[function], language).format(*arguments, all=listed)
