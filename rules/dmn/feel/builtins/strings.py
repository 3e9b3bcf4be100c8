"""Functions of texts (table 74). Characters are code points; regular expressions run in RE2, in linear time."""

import re
from decimal import Decimal
from typing import Any

import re2

from rules.dmn.feel.builtins.registry import builtin, list_of, of_kind, text_of, whole_of
from rules.dmn.problems import DmnUnsupported


@builtin("substring", "string, start position, length?")
def substring(string: Any, start: Any, length: Any = None) -> str:
    text, position = text_of(string), whole_of(start)
    if not 1 <= abs(position) <= len(text):
        raise ValueError(position)
    at = position - 1 if position > 0 else len(text) + position
    if length is None:
        return text[at:]
    size = whole_of(length)
    if size < 1:
        raise ValueError(size)
    return text[at : at + size]


@builtin("string length", "string")
def string_length(string: Any) -> Decimal:
    return Decimal(len(text_of(string)))


@builtin("upper case", "string")
def upper_case(string: Any) -> str:
    return text_of(string).upper()


@builtin("lower case", "string")
def lower_case(string: Any) -> str:
    return text_of(string).lower()


@builtin("substring before", "string, match")
def substring_before(string: Any, match: Any) -> str:
    text, mark = text_of(string), text_of(match)
    return text[: text.find(mark)] if mark in text else ""


@builtin("substring after", "string, match")
def substring_after(string: Any, match: Any) -> str:
    text, mark = text_of(string), text_of(match)
    return text[text.find(mark) + len(mark) :] if mark in text else ""


@builtin("contains", "string, match")
def contains(string: Any, match: Any) -> bool:
    return text_of(match) in text_of(string)


@builtin("starts with", "string, match")
def starts_with(string: Any, match: Any) -> bool:
    return text_of(string).startswith(text_of(match))


@builtin("ends with", "string, match")
def ends_with(string: Any, match: Any) -> bool:
    return text_of(string).endswith(text_of(match))


@builtin("matches", "input, pattern, flags?")
def matches(string: Any, pattern: Any, flags: Any = None) -> bool:
    return _pattern(pattern, flags).search(text_of(string)) is not None


@builtin("replace", "input, pattern, replacement, flags?")
def replace(string: Any, pattern: Any, replacement: Any, flags: Any = None) -> str:
    expression, text = _pattern(pattern, flags), text_of(replacement)
    literal = "q" in (flags or "")
    if not literal and re.search(r"(?<!\\)\$(?!\d)", text):
        raise ValueError(text)
    if expression.search("") is not None:
        raise ValueError("the pattern matches the empty text")
    insert = text.replace("\\", "\\\\") if literal else _replacement(text, expression.groups)
    return str(expression.sub(insert, text_of(string)))


@builtin("split", "string, delimiter")
def split(string: Any, delimiter: Any) -> list[str]:
    text, parts, at = text_of(string), [], 0
    for match in _pattern(delimiter, None).finditer(text):
        if match.end() > match.start():
            parts.append(text[at : match.start()])
            at = match.end()
    return [*parts, text[at:]]


@builtin("string join", "list, delimiter?")
def string_join(values: Any, delimiter: Any = None) -> str:
    parts = [of_kind(value, "string", "Null") for value in list_of(values)]
    mark = "" if delimiter is None else text_of(delimiter)
    return mark.join(part for part in parts if part is not None)


def _pattern(pattern: Any, flags: Any) -> Any:
    """The compiled expression. Raises ValueError, or DmnUnsupported for what RE2 has no linear way to do."""
    text = text_of(pattern)
    asked = "" if flags is None else text_of(flags)
    if set(asked) - set("smixq"):
        raise ValueError(asked)
    if "q" in asked:
        text = str(re2.escape(text))  # type: ignore[no-untyped-call]
    elif "x" in asked:
        text = re.sub(r"\[[^\]]*\]|\s+", lambda found: "" if found[0].isspace() else found[0], text)
    if re.search(r"(?<!\\)(?:\\\\)*\\[1-9]", text):
        raise DmnUnsupported("A back-reference in a regular expression is not evaluated.", construct="back-reference")
    prefix = "".join(flag for flag in asked if flag in "smi")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile((f"(?{prefix})" if prefix else "") + text, options)  # type: ignore[no-untyped-call]
    except re2.error as error:
        raise ValueError(text) from error


def _replacement(text: str, groups: int) -> str:
    """`$1` in RE2's spelling; `\\$` and `\\\\` are themselves. A group that is not there is empty."""

    def spelled(found: re.Match[str]) -> str:
        if found[1]:
            return f"\\{found[1]}" if int(found[1]) <= groups else ""
        return "\\\\" if found[0] == "\\\\" else found[0][-1]

    return re.sub(r"\$(\d)|\\[\\$]|\\", spelled, text)
