"""Packages for other purposes than the main score, and a policy that chooses between models."""

import json
from functools import lru_cache
from typing import Any

import msgspec

from lending.vault import key_unwrap
from rules.models import Decision
from rules.services.decisions.document import DecisionDocument, Sealed, document_open, sealed_open
from scoring.package import package_read, package_write
from scoring.package.calibration import Calibration
from tests.factories import decisions as make

PACKAGE = make.DATA / "models" / "instalment.package"
NO_HISTORY = 'credit_history = "A30"'


@lru_cache
def package(purpose: str = "", shift: float = 1.0) -> bytes:
    """The shipped instalment model for another purpose, its log odds `shift` higher."""
    model = package_read(PACKAGE.read_bytes())
    calibration = Calibration(model.schema.calibration.intercept + shift, model.schema.calibration.slope)
    schema = msgspec.structs.replace(model.schema, calibration=calibration)
    card = {**model.card, **({"purpose": purpose} if purpose else {})}
    return package_write(schema=schema, body=model.body, card=card, seed=1)


def models_live(*purposes: str) -> None:
    """The shipped model as the main champion, and a champion for each of `purposes`."""
    make.model_goes_live("instalment", PACKAGE.read_bytes())
    for purpose in purposes:
        make.model_goes_live("instalment", package(purpose))


def policy(when: str = NO_HISTORY, **sections: Any) -> dict[str, Any]:
    """The small policy with thin files chosen by `when`."""
    return make.policy(score_with=[{"purpose": "THIN_FILE", "when": when}], **sections)


def body(**variables: Any) -> dict[str, Any]:
    """A request with some variables changed; None leaves one out."""
    values = {**make.VARIABLES, **variables}
    return make.body(variables={name: value for name, value in values.items() if value is not None})


def documents() -> list[dict[str, Any]]:
    """The stored documents as plain data, oldest first."""
    return [json.loads(bytes(decision.document)) for decision in Decision.objects.order_by("decided_at")]


def opened(decision: Decision) -> tuple[DecisionDocument, Sealed]:
    """A decision's open part and its sealed one."""
    document = document_open(bytes(decision.document))
    wrapped = decision.application.customer.wrapped_key
    assert wrapped is not None
    return document, sealed_open(key_unwrap(wrapped), document)[1]
