"""Values and names of a rule-set document as people read them, in English and Chinese. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

Language = Literal["en", "zh"]

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
"""ISO 4217 currencies whose minor unit is not a hundredth."""

OUTCOMES: dict[str, tuple[str, str]] = {
    "APPROVE": ("approve", "通过"),
    "REFER": ("refer to a person", "转人工"),
    "DECLINE": ("decline", "拒绝"),
    "NONE": ("no warning", "无预警"),
    "BLUE": ("blue warning", "蓝色预警"),
    "YELLOW": ("yellow warning", "黄色预警"),
    "ORANGE": ("orange warning", "橙色预警"),
    "RED": ("red warning", "红色预警"),
}
PURPOSES: dict[str, tuple[str, str]] = {
    "MAIN": ("the main score", "主评分"),
    "THIN_FILE": ("customers without credit history", "无信用记录客户评分"),
    "AMOUNT_CONTROL": ("amount control", "额度控制"),
}
"""What a model is for."""
ON_UNKNOWN: dict[str, tuple[str, str]] = {
    "refer": ("refer to a person", "转人工"),
    "ignore": ("carry on without it", "忽略该规则"),
}
UNITS: dict[str, str] = {
    "months": "{} 个月",
    "months late": "逾期 {} 个月",
    "years": "{} 年",
    "days": "{} 天",
    "credits": "{} 笔贷款",
    "people": "{} 人",
    "points": "{} 分",
    "loans": "{} 笔贷款",
    "instalments": "{} 期",
    "enquiries": "{} 次查询",
}
"""Chinese units around their number."""
ONE_OF = {"people": "person", "enquiries": "enquiry"}
"""English units whose singular is not the plural without its s."""
SILENT_UNITS = {"ratio", "class 1 to 4", "share", "0 to 1"}
"""Units that say nothing beside a number; a share is written in percent."""
NOTHING = "–"
SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠"}
"""Comparison signs as people write them."""


def pick(words: tuple[str, str], language: Language) -> str:
    """The English or the Chinese of a pair."""
    return words[0] if language == "en" else words[1]


def outcome_words(outcome: str, language: Language) -> str:
    """What an outcome or warning level means."""
    return pick(OUTCOMES.get(outcome, (outcome, outcome)), language)


def on_unknown_words(policy: str, language: Language) -> str:
    """What happens where a rule cannot be evaluated."""
    return pick(ON_UNKNOWN.get(policy, (policy, policy)), language)


def purpose_words(purpose: str, language: Language) -> str:
    """What a model is for."""
    return pick(PURPOSES.get(purpose, (purpose, purpose)), language)


def currency_of(unit: str) -> str:
    """The ISO 4217 code of a unit like "TWD minor units" or "DEM minor units per month"; empty for other units."""
    currency, _, rest = unit.partition(" ")
    return currency if rest.startswith("minor units") and len(currency) == 3 else ""


def _rate_words(unit: str, language: Language) -> str:
    """What follows a currency: " per month"."""
    per = unit.partition(" per ")[2]
    if not per:
        return ""
    return f" per {per}" if language == "en" else {"month": "/月", "year": "/年"}.get(per, f"/{per}")


def number_words(value: float) -> str:
    """A number with thousands separated and no trailing zeros: 1234567.5 → "1,234,567.5"."""
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{value:,.10f}".rstrip("0").rstrip(".") if 1e-6 <= abs(value) < 1e15 else repr(value)
    return "0" if value == 0 else text


def money_words(amount_minor: float, currency: str) -> str:
    """Minor units as people write money: (123450, "TWD") → "TWD 1,234.50"."""
    digits = MINOR_DIGITS.get(currency, 2)
    return f"{currency} {amount_minor / 10**digits:,.{digits}f}"


def unit_words(unit: str, language: Language) -> str:
    """A unit's name; of money its currency, of a share the percent sign."""
    currency = currency_of(unit)
    if currency:
        return f"{currency}{_rate_words(unit, language)}"
    if unit in SILENT_UNITS:
        return "%" if unit == "share" else ""
    return unit if language == "en" else UNITS.get(unit, unit).replace("{}", "").strip()


def value_words(value: Any, unit: str = "", language: Language = "en") -> str:
    """Any value of a document: money in major units, shares in percent, numbers with their unit, nothing as a dash."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return pick(("yes", "是") if value else ("no", "否"), language)
    if isinstance(value, int | float):
        return _quantity_words(value, unit, language)
    if isinstance(value, Mapping):
        joiner, colon = (", ", ": ") if language == "en" else ("，", "：")
        return joiner.join(f"{key}{colon}{value_words(item, '', language)}" for key, item in value.items()) or NOTHING
    if isinstance(value, Iterable) and not isinstance(value, str):
        return (", " if language == "en" else "、").join(value_words(item, unit, language) for item in value) or NOTHING
    return str(value)


def _quantity_words(value: float, unit: str, language: Language) -> str:
    currency = currency_of(unit)
    if currency:
        return money_words(value, currency) + _rate_words(unit, language)
    if unit == "share":
        return f"{number_words(round(value * 100, 10))}%"
    if language == "zh" and unit in UNITS:
        return UNITS[unit].format(number_words(value))
    words = unit_words(unit, language)
    if language == "en" and abs(value) == 1:
        first, _, rest = words.partition(" ")
        words = f"{ONE_OF.get(first, first.removesuffix('s'))} {rest}".rstrip()
    return f"{number_words(value)} {words}".rstrip()


def range_words(low: float, high: float, unit: str, language: Language) -> str:
    """Two bounds with their unit once: 18 – 25 years, DEM 100.00 – 1,000.00."""
    first, second = value_words(low, unit, language), value_words(high, unit, language)
    currency = currency_of(unit)
    if currency:
        return f"{first} – {second.removeprefix(currency).strip()}"
    if unit == "share" or (language == "zh" and not UNITS.get(unit, "{}").startswith("{}")):
        return f"{first} – {second}"
    return f"{number_words(low)} – {second}"


def code_words(value: Any, codes: Iterable[Any], language: Language) -> str:
    """A coded value with its meaning ("A11: Overdrawn"), or the plain value where it has none."""
    for code in codes:
        if code.code == value:
            meaning = code.en if language == "en" else code.zh
            return f"{value}: {meaning}" if language == "en" else f"{value}：{meaning}"
    return value_words(value, "", language)
