"""What the Python writer is made of: a piece of written source, and what must not hold for it to be a value."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from sys import float_info

FINITE = f"{-float_info.max!r} <= {{}} <= {float_info.max!r}"


@dataclass(frozen=True, slots=True)
class Form:
    """An expression written out: null where one of the `unless` conditions holds (tried in order), else `text`.

    `text` may use what the `unless` conditions bind, so it is valid only after all of them were found false.
    """

    text: str
    unless: tuple[str, ...] = ()
    is_atom: bool = False
    """A name or a constant: may be repeated."""
    is_risky: bool = False
    """May be infinite or NaN; must be settled before anything but + - * reads it."""
    is_float: bool = False
    """Certainly a float, not an int."""
    is_int: bool = False
    """Ordinarily an int (by catalogue); only speed depends on it."""
    as_int: str = ""
    """A whole constant written as an int: comparing int with int is twice as fast as with float, and gives the same."""
    nullable: str = ""
    """The whole as one expression that may be None, where `unless` only unpacks it."""


def variable_form(local: str, *, is_float: bool = False, is_int: bool = False) -> Form:
    """A value, or None, held in the local variable `local`."""
    return Form(local, (f"{local} is None",), is_atom=True, is_float=is_float, is_int=is_int)


def matched(left: Form, right: Form) -> tuple[Form, Form]:
    """Both, a whole constant beside an int written as one."""
    if left.is_int and right.as_int:
        return left, replace(right, text=right.as_int)
    if right.is_int and left.as_int:
        return replace(left, text=left.as_int), right
    return left, right


def closed(form: Form) -> str:
    """One Python expression: the value, or None."""
    if form.nullable:
        return form.nullable
    if not form.unless:
        return form.text
    return f"(None if {' or '.join(form.unless)} else {form.text})"


def joined(conditions: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """All conditions, each once, in the order of first appearance."""
    return tuple(dict.fromkeys(condition for group in conditions for condition in group))
