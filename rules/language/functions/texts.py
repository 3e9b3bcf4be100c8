"""Functions on texts."""

from rules.language.functions.registry import Function
from rules.language.types import Type

STRING, BOOLEAN = Type.STRING, Type.BOOLEAN

TEXT_FUNCTIONS = (
    Function(
        "contains",
        "Whether the first text holds the second.",
        "第一个文本是否包含第二个文本。",
        (STRING, STRING),
        BOOLEAN,
        lambda a, _: f"({a[1]} in {a[0]})",
        lambda a: a[0].str.contains(a[1], literal=True),
        (('contains("foobar", "ob")', True), ('contains("foobar", "x")', False), ('contains(null, "x")', None)),
    ),
    Function(
        "starts with",
        "Whether the first text begins with the second.",
        "第一个文本是否以第二个文本开头。",
        (STRING, STRING),
        BOOLEAN,
        lambda a, _: f"{a[0]}.startswith({a[1]})",
        lambda a: a[0].str.starts_with(a[1]),
        (('starts with("A14", "A1")', True), ('starts with("B14", "A1")', False)),
    ),
    Function(
        "ends with",
        "Whether the first text ends with the second.",
        "第一个文本是否以第二个文本结尾。",
        (STRING, STRING),
        BOOLEAN,
        lambda a, _: f"{a[0]}.endswith({a[1]})",
        lambda a: a[0].str.ends_with(a[1]),
        (('ends with("A14", "4")', True), ('ends with("A14", "A")', False)),
    ),
)
