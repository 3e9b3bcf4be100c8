"""What a governed struct is made of, as a form can show it: texts, numbers, dates, choices, lists and rows. Pure."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import inspect

Shape = Literal["string", "number", "integer", "boolean", "date", "choice", "text", "list", "rows"]
_SCALARS: dict[type[inspect.Type], Shape] = {
    inspect.StrType: "string",
    inspect.FloatType: "number",
    inspect.IntType: "integer",
    inspect.BoolType: "boolean",
    inspect.DateType: "date",
}
LINE = 200
"""Characters that a field of one line is for."""
SHARE_FORMAT = "share"
"""`extra_json_schema={"format": SHARE_FORMAT}` marks a number as a share whose bounds are not 0 and 1."""
INDEX_FORMAT = "index"
"""Marks a number from 0 to 1 that is no share: a coefficient, which people read as 0.7 and not as 70%."""
MONEY_FORMAT = "money"
"""Marks an integer as minor units of the document's currency: people read and type 1234.50."""
_LISTS = (inspect.ListType, inspect.VarTupleType)


@dataclass(frozen=True)
class Field:
    """One field of a struct. `item` is what a list holds, `fields` what a row has, `text` is {en, zh}.

    `is_optional` where it may be None. `default` in JSON's types; msgspec.NODEFAULT where a value must be given.
    """

    name: str
    shape: Shape
    title: str = ""
    description: str = ""
    is_optional: bool = False
    default: Any = msgspec.NODEFAULT
    choices: tuple[Any, ...] = ()
    item: "Field | None" = None
    fields: tuple["Field", ...] = ()
    least: float | None = None
    most: float | None = None
    is_share: bool = False
    """A number from 0 to 1, or marked as a share: people read it in percent."""
    is_money: bool = False
    """An integer of minor units: people read it in the units of its currency."""
    is_long: bool = False
    """A text that may be longer than a line."""

    @property
    def is_required(self) -> bool:
        """Whether a document must say it."""
        return self.default is msgspec.NODEFAULT and not self.is_optional


def fields_of(struct: type[msgspec.Struct]) -> tuple[Field, ...]:
    """The fields of a governed struct, in order. Raises TypeError on a shape that no form can show."""
    if not issubclass(struct, msgspec.Struct) or not struct.__struct_config__.frozen:
        raise TypeError(f"{struct.__name__} is not a frozen msgspec.Struct.")
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)  # noqa: S101  # what type_info gives for a struct
    return _fields(info, rows_allowed=True)


def _fields(struct: inspect.StructType, *, rows_allowed: bool) -> tuple[Field, ...]:
    return tuple(_field(part, struct, rows_allowed) for part in struct.fields)


def _field(part: inspect.Field, struct: inspect.StructType, rows_allowed: bool) -> Field:
    kind, meta = _unwrapped(part.type)
    is_optional = False
    if isinstance(kind, inspect.UnionType):
        others = [other for other in kind.types if not isinstance(other, inspect.NoneType)]
        if len(others) != 1 or not kind.includes_none:
            raise TypeError(f"{struct.cls.__name__}.{part.name}: a form shows one type, or one type and None.")
        is_optional = True
        kind, inner = _unwrapped(others[0])
        meta = {**inner, **meta}
    found = _shape(kind, f"{struct.cls.__name__}.{part.name}", rows_allowed)
    form = meta.get("format")
    found["is_share"] = form == SHARE_FORMAT or (found.get("is_share", False) and form != INDEX_FORMAT)
    found["is_money"] = form == MONEY_FORMAT
    default = part.default
    if default is msgspec.NODEFAULT and part.default_factory is not msgspec.NODEFAULT:
        default = part.default_factory()
    return Field(
        name=part.name,
        title=meta.get("title", ""),
        description=meta.get("description", ""),
        is_optional=is_optional,
        default=default if default is msgspec.NODEFAULT else msgspec.to_builtins(default),
        **found,
    )


def _unwrapped(kind: inspect.Type) -> tuple[inspect.Type, dict[str, str]]:
    meta: dict[str, str] = {}
    while isinstance(kind, inspect.Metadata):
        meta = {**(kind.extra_json_schema or {}), **meta}
        kind = kind.type
    return kind, meta


def _shape(kind: inspect.Type, where: str, rows_allowed: bool) -> dict[str, Any]:
    if type(kind) in _SCALARS:
        low, high = getattr(kind, "ge", None), getattr(kind, "le", None)
        bounds = (low, getattr(kind, "gt", None)), (high, getattr(kind, "lt", None))
        is_share = isinstance(kind, inspect.FloatType) and 0 in bounds[0] and 1 in bounds[1]
        is_long = (getattr(kind, "max_length", None) or 0) > LINE
        return {
            "shape": _SCALARS[type(kind)],
            **{"least": low, "most": high, "is_share": is_share, "is_long": is_long},
        }
    if isinstance(kind, inspect.LiteralType):
        return {"shape": "choice", "choices": tuple(kind.values)}
    if isinstance(kind, inspect.EnumType):
        return {"shape": "choice", "choices": tuple(member.value for member in kind.cls)}
    if isinstance(kind, inspect.StructType) and is_text(kind.cls):
        return {"shape": "text"}
    if isinstance(kind, _LISTS):
        inner, _meta = _unwrapped(kind.item_type)
        if isinstance(inner, inspect.StructType) and rows_allowed and not is_text(inner.cls):
            return {"shape": "rows", "fields": _fields(inner, rows_allowed=False)}
        item = Field(name="", **_shape(inner, where, rows_allowed=False))
        if item.shape in ("string", "number", "integer", "date", "choice"):
            return {"shape": "list", "item": item}
    raise TypeError(f"{where}: no form can be made of {type(kind).__name__}.")


def is_text(struct: type) -> bool:
    """Whether a struct is a text in both languages: exactly {en, zh}."""
    return issubclass(struct, msgspec.Struct) and struct.__struct_fields__ == ("en", "zh")
