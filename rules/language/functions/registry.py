"""What a function of the language is, and the registry that refuses doubles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
import polars as pl

from rules.language.tree import Node
from rules.language.types import NUMERIC, TYPE_ZH, Type

PLACES = (" of places", " of dates")
"""How operations on the places of a list are named."""
_LIST_WORDS = {
    ("en", False): "list",
    ("zh", False): "列表",
    ("en", True): "list, value",
    ("zh", True): "列表, 值",
}
PythonForm = Callable[[Sequence[str], Callable[[], str]], str]
ColumnForm = Callable[[Sequence[pl.Expr]], pl.Expr]


class Refusal(msgspec.Struct, frozen=True):
    """A constant argument that cannot be: at which place, the problem's code, and what its wording needs."""

    place: int
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """One function: signature, help in both languages, and its form for each executor.

    A strict function is null where an argument is; its `python` gets texts of expressions that cannot be null (each
    a name or a constant, so it may be repeated) and writes one that, but for `is_partial`, cannot be null. Otherwise
    the texts may be null and so may the result; the second argument makes names for temporaries. `columns` gets and
    gives Polars expressions; numbers given to a strict one may still be infinite or NaN, and what comes of them must be
    null or not finite. All forms must use the same IEEE operations; a result that is not finite becomes null
    afterwards, of a function that is not strict inside its forms.
    """

    name: str
    en: str
    zh: str
    parameters: tuple[Type, ...]
    """ANY takes every type; all arguments declared ANY must agree."""
    returns: Type
    """ANY: the type the ANY arguments agree on."""
    plain: Callable[..., object]
    """The function on values: what the interpreter calls, and written source where there is no `python`."""
    columns: ColumnForm
    examples: tuple[tuple[str, float | str | bool | None], ...] = ()
    """Each is run as a test in all executors."""
    python: PythonForm | None = None
    is_variadic: bool = False
    """The last parameter may be repeated."""
    is_strict: bool = True
    is_partial: bool = False
    """Null for some values that are known."""
    optional: int = 0
    """How many of the last parameters may be left out."""
    column_uses: int = 1
    """How often `columns` writes an argument, at most."""
    whole_numbers: tuple[tuple[int, int, int], ...] = ()
    """(index, lowest, highest): arguments that must be written out as whole numbers."""
    refuses: Callable[[Sequence[Node]], Refusal | None] | None = None
    """What else must be right of the arguments before anything is evaluated."""
    takes_list: bool = False
    """Its arguments are one list (then `has_member`: and a value), or the list's values. Its forms take, for each place
    of the list, a guard and a value."""
    has_member: bool = False
    values: tuple[Type, ...] = ()
    """What the values of its list may be; empty: anything. A function of numbers that has this takes lists as well."""
    gives_element: bool = False
    """Of a list it returns what the list holds, rather than `returns`."""

    @property
    def is_risky(self) -> bool:
        """Whether its result may be infinite or NaN."""
        return self.is_strict and self.returns in NUMERIC

    def signature(self, language: Literal["en", "zh"]) -> str:
        """How it is called: `substring(text, number[, number])`, `sum(list)`."""
        if self.takes_list:
            return f"{self.name}({_LIST_WORDS[language, self.has_member]})"
        words = [parameter.value if language == "en" else TYPE_ZH[parameter] for parameter in self.parameters]
        needed = len(words) - self.optional
        optional = "".join(f"[, {word}]" for word in words[needed:])
        more = ", …" if self.is_variadic else ""
        return f"{self.name}({', '.join(words[:needed])}{optional}{more})"

    def types(self, number: int) -> tuple[Type, ...]:
        """What so many arguments must be."""
        if self.name.endswith(PLACES):
            return self.parameters * (number // 2)
        more = number - len(self.parameters)
        return self.parameters[:number] + self.parameters[-1:] * more

    def written(self, arguments: Sequence[str], fresh: Callable[[], str]) -> str:
        """The call as Python source."""
        if self.python is not None:
            return self.python(arguments, fresh)
        return f"{self.helper}({', '.join(arguments)})"

    @property
    def helper(self) -> str:
        """The name of `plain` in written source."""
        return f"f_{''.join(letter if letter.isalnum() else '_' for letter in self.name)}"


def registry_of(*families: Sequence[Function]) -> dict[str, Function]:
    """Functions by name. ValueError if two share one."""
    found: dict[str, Function] = {}
    for family in families:
        for function in family:
            if function.name in found:
                raise ValueError(f"two functions are named {function.name}")
            found[function.name] = function
    return found
