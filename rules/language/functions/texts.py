"""Functions on texts."""

from collections.abc import Sequence

import polars as pl

from rules.language.functions.elementwise import elementwise
from rules.language.functions.patterns import matches, pattern_refused
from rules.language.functions.registry import Function, Refusal
from rules.language.tree import Literal, Node
from rules.language.types import Type

STRING, BOOLEAN, NUMBER = Type.STRING, Type.BOOLEAN, Type.NUMBER
_LONGEST = 4_000


def substring(text: str, start: float, length: float | None = None) -> str:
    """From the `start`-th character (1 the first, -1 the last), `length` of them or all that follow."""
    first = int(start) - 1 if start > 0 else max(len(text) + int(start), 0)
    return text[first:] if length is None else text[first : first + int(length)]


def _substring_refused(arguments: Sequence[Node]) -> Refusal | None:
    start = arguments[1]
    return Refusal(1, "substring_from_zero") if isinstance(start, Literal) and start.value == 0 else None


TEXT_FUNCTIONS = (
    Function(
        "contains",
        "Whether the first text holds the second.",
        "第一个文本是否包含第二个文本。",
        (STRING, STRING),
        BOOLEAN,
        lambda text, part: part in text,
        lambda a: a[0].str.contains(a[1], literal=True),
        (('contains("foobar", "ob")', True), ('contains("foobar", "x")', False), ('contains(null, "x")', None)),
        lambda a, _: f"({a[1]} in {a[0]})",
    ),
    Function(
        "starts with",
        "Whether the first text begins with the second.",
        "第一个文本是否以第二个文本开头。",
        (STRING, STRING),
        BOOLEAN,
        str.startswith,
        lambda a: a[0].str.starts_with(a[1]),
        (('starts with("A14", "A1")', True), ('starts with("B14", "A1")', False)),
        lambda a, _: f"{a[0]}.startswith({a[1]})",
    ),
    Function(
        "ends with",
        "Whether the first text ends with the second.",
        "第一个文本是否以第二个文本结尾。",
        (STRING, STRING),
        BOOLEAN,
        str.endswith,
        lambda a: a[0].str.ends_with(a[1]),
        (('ends with("A14", "4")', True), ('ends with("A14", "A")', False)),
        lambda a, _: f"{a[0]}.endswith({a[1]})",
    ),
    Function(
        "matches",
        "Whether the pattern (a regular expression of RE2, written out) is in the text; ^ and $ tie it to its ends.",
        "文本中是否存在符合模式的部分；模式为直接写出的 RE2 正则表达式，用 ^ 和 $ 限定首尾。",
        (STRING, STRING),
        BOOLEAN,
        matches,
        elementwise(matches, pl.Boolean),
        (
            ('matches("13812345678", "^1[3-9][0-9]{9}$")', True),
            ('matches("foobar", "ob")', True),
            ('matches("foobar", "^b")', False),
        ),
        refuses=pattern_refused,
    ),
    Function(
        "string length",
        "How many characters the text has.",
        "文本的字符数。",
        (STRING,),
        NUMBER,
        lambda text: float(len(text)),
        lambda a: a[0].str.len_chars().cast(pl.Float64),
        (('string length("foo")', 3.0), ('string length("信用😀")', 3.0)),
        lambda a, _: f"(len({a[0]}) + 0.0)",
    ),
    Function(
        "upper case",
        "The text in capital letters.",
        "文本转为大写。",
        (STRING,),
        STRING,
        str.upper,
        elementwise(str.upper, pl.String),
        (('upper case("aBc4")', "ABC4"), ('upper case("straße")', "STRASSE")),
        lambda a, _: f"{a[0]}.upper()",
    ),
    Function(
        "lower case",
        "The text in small letters.",
        "文本转为小写。",
        (STRING,),
        STRING,
        str.lower,
        elementwise(str.lower, pl.String),
        (('lower case("aBc4")', "abc4"), ('lower case("ÄΣ")', "äς")),
        lambda a, _: f"{a[0]}.lower()",
    ),
    Function(
        "substring",
        "Part of the text from a character on (1 is the first, -1 the last), so many or all that follow.",
        "从指定位置（1 为第一个字符，-1 为最后一个）起的部分文本，可限定字符数。",
        (STRING, NUMBER, NUMBER),
        STRING,
        substring,
        elementwise(substring, pl.String),
        (
            ('substring("foobar", 3)', "obar"),
            ('substring("foobar", 3, 3)', "oba"),
            ('substring("foobar", -2, 1)', "a"),
        ),
        optional=1,
        whole_numbers=((1, -_LONGEST, _LONGEST), (2, 0, _LONGEST)),
        refuses=_substring_refused,
    ),
)
