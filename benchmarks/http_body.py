"""The 60-field request of `decision_http`: a shipped application, 35 more catalogued variables, an applicant."""

import random
from typing import Any

APPLICANT_FIELDS = ("national_id", "name", "phone", "address", "device_id")
EXTRA_TYPES = ("integer", "number", "string", "boolean")
EXTRA = tuple(f"extra_{number:02}" for number in range(35))


def extra_variables() -> list[dict[str, Any]]:
    """Catalogue entries of the further variables: checked and kept with each decision, read by no rule."""
    bounds: dict[str, dict[str, Any]] = {
        "integer": {"minimum": 0, "maximum": 1_000_000},
        "number": {"minimum": 0, "maximum": 1},
        "string": {"codes": [{"code": code, "en": code, "zh": code} for code in ("LOW", "MIDDLE", "HIGH")]},
        "boolean": {},
    }
    return [
        {
            "name": name, "en": name, "zh": name, "type": EXTRA_TYPES[place % 4], "products": ["instalment"],
            "source": "application", "purpose": "creditworthiness", "missing": "skip", **bounds[EXTRA_TYPES[place % 4]],
        }
        for place, name in enumerate(EXTRA)
    ]  # fmt: skip


def bodies(rows: list[dict[str, Any]], count: int, *, seed: int = 7) -> list[dict[str, Any]]:
    """`count` requests from shipped applications in turn, each of another applicant."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        tag = f"{seed}{number:06d}"
        made.append(
            {
                "product": "instalment",
                "external_id": f"B-{tag}",
                "applicant": {
                    "national_id": f"ID{tag}", "name": f"Applicant {tag}", "phone": f"9{tag}",
                    "address": f"{tag} Example Road", "device_id": f"device-{tag}",
                },
                "variables": {
                    **rows[number % len(rows)], **{name: _value(chance, place) for place, name in enumerate(EXTRA)},
                },
            }
        )  # fmt: skip
    return made


def _value(chance: random.Random, place: int) -> Any:
    kind = EXTRA_TYPES[place % 4]
    if kind == "integer":
        return chance.randrange(1_000_000)
    if kind == "number":
        return round(chance.random(), 4)
    return chance.choice(("LOW", "MIDDLE", "HIGH")) if kind == "string" else chance.random() < 0.5
