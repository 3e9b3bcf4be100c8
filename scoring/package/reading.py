"""A model package as bytes: written once, named by its hash, verified whole at every load."""

import hashlib
from typing import Any

import msgspec

from audit.canonical import canonical_json
from scoring.package.archive import archive_read, archive_write
from scoring.package.bodies import BODIES, body_kind
from scoring.package.errors import BrokenPackageError
from scoring.package.golden import golden_check, golden_write
from scoring.package.model import ScoringModel
from scoring.package.schema import ModelSchema

SCHEMA, CARD, GOLDEN = "schema.json", "card.json", "golden.json"
_BODIES = frozenset(kind.part for kind in BODIES.values())
CARD_KEYS = frozenset(
    {"product", "name", "kind", "pd_horizon_months", "bad_definition", "sample_odds", "metrics", "features", "monotone",
     "training_data", "parameters", "seed", "library_versions", "limits_of_use"}
)  # fmt: skip


def package_write(*, schema: ModelSchema, body: bytes, card: dict[str, Any], seed: int) -> bytes:
    """The package of a trained model. The same model, card and seed give the same bytes. Raises BrokenPackageError."""
    _check(schema, card)
    model = ScoringModel(schema=schema, body=body, card=card, content_hash="")
    return archive_write(
        {
            body_kind(schema.kind).part: body,
            SCHEMA: canonical_json(msgspec.to_builtins(schema)),
            CARD: canonical_json(card),
            GOLDEN: golden_write(model, seed=seed),
        }
    )


def package_read(data: bytes) -> ScoringModel:
    """Verify the hashes, the schema and the golden rows, and give the model.

    Raises BrokenPackageError (GoldenRowError if the model scores differently here). Bytes from outside go through
    `scoring.package.probe` first: a hostile booster can end the process.
    """
    parts = archive_read(data, frozenset({SCHEMA, CARD, GOLDEN}), one_of=_BODIES)
    try:
        schema = msgspec.json.decode(parts[SCHEMA], type=ModelSchema)
        card = msgspec.json.decode(parts[CARD], type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenPackageError("The package's schema or card cannot be read.", reason=str(error)) from error
    _check(schema, card)
    body = parts.get(body_kind(schema.kind).part)
    if body is None:
        raise BrokenPackageError("The package holds another kind of model than its schema states.", kind=schema.kind)
    model = ScoringModel(schema=schema, body=body, card=card, content_hash=hashlib.sha256(data).hexdigest())
    golden_check(model, parts[GOLDEN])
    return model


def _check(schema: ModelSchema, card: dict[str, Any]) -> None:
    problems = schema.problems()
    absent = sorted(CARD_KEYS - card.keys())
    if absent:
        problems.append(f"the card does not state {', '.join(absent)}")
    if problems:
        raise BrokenPackageError(f"The package is incomplete: {'; '.join(problems)}.", problems=problems)
