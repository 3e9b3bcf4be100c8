"""Plain data to structs, with every problem of shape and where it is, not only the first."""

from functools import cache
from math import isfinite
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from riskengine.errors import InvalidInput
from rules.engine.problems import Problem, problem
from rules.language.problems import problems_json

T = TypeVar("T")
PROBLEM_LIMIT = 200
SIZE_LIMIT_BYTES = 4_000_000
EXACT_LIMIT = 2**53 - 1


class DocumentInvalid(InvalidInput):
    """A rule-set document is not of the right shape, or was found wrong; `problems` is the list."""

    code = "document_invalid"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message_en, problems=problems_json(problems))
        self.problems = problems


def document_convert(data: object, kind: type[T]) -> T:
    """`data` as `kind`. Raises DocumentInvalid with every problem found, up to PROBLEM_LIMIT."""
    plain = _plain(data)
    problems: list[Problem] = []
    _look(plain, kind, "", problems)
    if problems:
        raise DocumentInvalid(problems[:PROBLEM_LIMIT])
    try:
        return msgspec.convert(plain, kind)
    except (msgspec.ValidationError, RecursionError) as error:  # whatever the walk above did not foresee
        raise DocumentInvalid([problem("shape_wrong", detail=str(error))]) from None


def _plain(data: object) -> object:
    if not isinstance(data, str | bytes | bytearray):
        return data
    if len(data) > SIZE_LIMIT_BYTES:
        raise DocumentInvalid([problem("document_too_large", limit=SIZE_LIMIT_BYTES)])
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise DocumentInvalid([problem("json_invalid", detail=str(error))]) from None


def _look(data: object, kind: Any, path: str, problems: list[Problem]) -> None:
    """Walk `data` beside `kind`, as far as structs and lists go; below that msgspec judges the whole value."""
    kind = _meant(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        _look_struct(data, kind, path, problems)
    elif _list_of(kind) is not None and isinstance(data, list):
        if _is_wrong(data, kind, path, problems, items=False):
            return
        for number, item in enumerate(data):
            _look(item, _list_of(kind), f"{path}/{number}" if path else str(number), problems)
    else:
        _is_wrong(data, kind, path, problems)


def _look_struct(data: object, kind: type[msgspec.Struct], path: str, problems: list[Problem]) -> None:
    if not isinstance(data, dict):
        problems.append(problem("object_expected", path=path))
        return
    fields = _fields_of(kind)
    for key in data:
        if key not in fields:
            problems.append(problem("field_unknown", path=_joined(path, key), field=str(key)[:80]))
    for name, field in fields.items():
        if name in data:
            _look_optional(data[name], field.type, _joined(path, name), problems)
        elif field.required:
            problems.append(problem("field_missing", path=_joined(path, name), field=name))


@cache
def _fields_of(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """Its fields by their names in JSON: their annotations are read once, not for every rule."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _look_optional(data: object, kind: Any, path: str, problems: list[Problem]) -> None:
    options = [option for option in get_args(kind) if option is not type(None)] if _is_union(kind) else []
    if len(options) == 1 and data is not None:
        kind = options[0]
    _look(data, kind, path, problems)


def _is_wrong(data: object, kind: Any, path: str, problems: list[Problem], *, items: bool = True) -> bool:
    value: object = None
    try:
        if items:
            value = msgspec.convert(data, kind)
        else:
            _check_length(data, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        problems.append(problem("shape_wrong", path=path, detail=str(error)))
        return True
    if not _is_finite(data):
        problems.append(problem("number_not_finite", path=path))
        return True
    if type(value) is int and abs(value) > EXACT_LIMIT:  # JSON has no such whole number: it could not be hashed
        problems.append(problem("number_too_large", path=path))
        return True
    return False


def _check_length(data: object, kind: Any) -> None:
    """Only the limits on the list itself."""
    metas = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    for meta in metas:
        msgspec.convert([None] * len(data) if isinstance(data, list) else data, Annotated[list[None], meta])


def _is_finite(data: object) -> bool:
    if isinstance(data, dict):
        return all(_is_finite(value) for value in data.values())
    return not isinstance(data, float) or isfinite(data)


def _meant(kind: Any) -> Any:
    """The type inside Annotated, where that is a struct."""
    if get_origin(kind) is Annotated:
        inner = get_args(kind)[0]
        return inner if isinstance(inner, type) and issubclass(inner, msgspec.Struct) else kind
    return kind


def _list_of(kind: Any) -> Any:
    inner = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return get_args(inner)[0] if get_origin(inner) is list else None


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType)


def _joined(path: str, key: object) -> str:
    return f"{path}/{key}" if path else str(key)
