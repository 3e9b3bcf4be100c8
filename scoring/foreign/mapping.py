"""Which catalogued variable each feature of a foreign booster is, and how its values went in. Pure."""

from collections.abc import Sequence
from difflib import SequenceMatcher

import msgspec

from scoring.catalogue import Variable
from scoring.package.schema import FeatureKind
from scoring.training.statement import Statement


class MappedFeature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One feature of the booster, in the booster's order. Values are in the catalogue's units."""

    feature: str
    variable: str
    kind: FeatureKind = "number"
    codes: dict[str, float] = {}
    """For a category: the number that each code went in as."""
    is_integer_code: bool = False
    other: float = 0.0
    """What a code that is not in `codes` goes in as."""
    missing: float | None = None
    """What a missing value went in as; None: as missing."""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of a mapping file."""

    features: list[MappedFeature]


class Asked(msgspec.Struct, frozen=True):
    """Everything an import needs, in one message to the process that reads it."""

    booster: bytes
    mapping: Mapping
    rows: bytes
    rows_name: str
    product: str
    name: str
    statement: Statement
    population_odds: float | None = None
    """Good to one bad where the rows hold no outcome; the statement's own, if it has any, comes first."""


def mapping_problems(mapping: Mapping, variables: dict[str, Variable]) -> list[str]:
    """What of the catalogue a mapping contradicts; empty if nothing."""
    names = [one.variable for one in mapping.features]
    found = [f"{name} is mapped twice" for name in sorted({name for name in names if names.count(name) > 1})]
    for one in mapping.features:
        variable = variables.get(one.variable)
        if variable is None:
            found.append(f"{one.variable} is not a catalogued variable of the product")
        elif one.kind == "number" and variable.type in ("string", "date"):
            found.append(f"{one.variable} is catalogued as {variable.type}, not as a number")
        elif one.kind == "category":
            known = {str(code.code) for code in variable.codes}
            absent = sorted(known - one.codes.keys())
            found += [f"{one.variable}: no number is stated for code {code}" for code in absent]
            if not one.codes:
                found.append(f"{one.variable}: a category needs codes")
    return found


def suggestions(features: Sequence[str], variables: dict[str, Variable]) -> dict[str, str]:
    """For each feature the catalogued variable of the nearest name, or "" where none is near; each given once."""
    free, found = dict(variables), {}
    scored = sorted(
        ((max(_nearness(feature, name) for name in _names(variable)), feature, variable.name)
         for feature in features for variable in variables.values()),
        reverse=True,
    )  # fmt: skip
    for nearness, feature, name in scored:
        if nearness >= 0.6 and feature not in found and name in free:
            found[feature] = name
            del free[name]
    return {feature: found.get(feature, "") for feature in features}


def suggested(features: Sequence[str], variables: dict[str, Variable]) -> Mapping:
    """A mapping to begin with: the nearest names, and codes numbered in the catalogue's order."""
    near = suggestions(features, variables)
    return Mapping([_suggested(feature, variables.get(near[feature])) for feature in features])


def _suggested(feature: str, variable: Variable | None) -> MappedFeature:
    if variable is None:
        return MappedFeature(feature, "")
    if variable.type != "string":
        return MappedFeature(feature, variable.name)
    codes = {str(code.code): float(place) for place, code in enumerate(variable.codes)}
    return MappedFeature(feature, variable.name, "category", codes, other=-1.0)


def mapping_text(mapping: Mapping) -> str:
    """A line for each feature, as `mapping_read` takes it."""
    lines = []
    for one in mapping.features:
        codes = [f"{code}={number:g}" for code, number in one.codes.items()]
        codes += [f"other={one.other:g}"] if codes else []
        lines.append(f"{one.feature} = {one.variable}" + (f" : {', '.join(codes)}" if codes else ""))
    return "\n".join(lines)


def mapping_read(text: str) -> Mapping:
    """Lines `feature = variable`, for a category followed by ` : code=number, …, other=number`.

    Raises ValueError with the number of the first line that is none.
    """
    features = []
    for number, line in enumerate(filter(str.strip, text.splitlines()), start=1):
        feature, _equals, rest = (part.strip() for part in line.partition("="))
        variable, _colon, listed = (part.strip() for part in rest.partition(" :"))
        try:
            pairs = [part.rsplit("=", 1) for part in listed.split(",") if part.strip()]
            codes = {code.strip(): float(value) for code, value in pairs}
        except ValueError as error:
            raise ValueError(number) from error
        if not feature or not variable:
            raise ValueError(number)
        other = codes.pop("other", 0.0)
        features.append(MappedFeature(feature, variable, "category" if codes else "number", codes, other=other))
    return Mapping(features)


def _names(variable: Variable) -> list[str]:
    return [variable.name, variable.column] if variable.column else [variable.name]


def _nearness(left: str, right: str) -> float:
    return SequenceMatcher(None, left.lower().replace("_", ""), right.lower().replace("_", "")).ratio()
