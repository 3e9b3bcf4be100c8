"""A lender with a key, and policies that are really live: drafted, submitted and approved through the services."""

import json
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from audit.models import ApiClient, User
from audit.services.api_keys import api_key_issue
from lending.models import Product
from riskengine.api.authentication import KEYS
from riskengine.api.throttling import buckets_clear
from riskengine.demo.keepings import keeping_ensure
from rules.models import RuleSet, RuleSetVersion
from rules.services.bundles.loading import bundles_forget
from rules.services.versions.checks import live_hash_at
from rules.services.versions.life import version_approve, version_draft, version_submit
from scoring.models import CatalogueVersion, ModelPackage
from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit
from scoring.services.models.life import model_approve, model_register, model_submit
from tests.factories.audit import user

DATA = Path(__file__).parents[2] / "data"
_numbers = count(1)
CURRENCIES = {"instalment": "EUR", "card": "TWD"}

# A policy that any model-free product can live with: what decides is one amount.
SMALL_POLICY: dict[str, Any] = {
    "schema": 1,
    "product": "instalment",
    "stage": "PRE_LOAN",
    "default_outcome": "REFER",
    "parameters": [
        {
            "name": "largest_minor", "en": "Largest amount", "zh": "最大金额", "value": 500_000, "type": "integer",
            "minimum": 10_000, "maximum": 10_000_000,
        }
    ],
    "rules": [
        {
            "code": "TOO_MUCH", "label_en": "Amount above the largest", "label_zh": "金额过大",
            "when": "amount_minor > largest_minor",
            "then": {"outcome": "DECLINE", "reason": "AMOUNT_ABOVE_MAXIMUM"},
        },
        {
            "code": "FITS", "label_en": "Amount fits", "label_zh": "金额合适",
            "when": "amount_minor <= largest_minor", "then": {"outcome": "APPROVE", "reason": "POLICY_MET"},
        },
    ],
}  # fmt: skip


def forget() -> None:
    """Empty what this process remembers between requests: keys, buckets, bundles."""
    KEYS.clear()
    buckets_clear()
    bundles_forget()


def now() -> datetime:
    return datetime.now(UTC)


def staff() -> tuple[User, User]:
    """A maker and a checker."""
    return user(), user(is_checker=True)


def product(code: str = "instalment") -> Product:
    made, _ = Product.objects.get_or_create(
        code=code,
        defaults={"name_en": code, "name_zh": code, "currency": CURRENCIES.get(code, "EUR"), "timezone": "UTC"},
    )
    return made


def lender(
    code: str = "", scopes: tuple[str, ...] = ("decide", "read"), rate: int | None = 0, **fields: Any
) -> tuple[ApiClient, str]:
    """A client and the Authorization header of a key of its own."""
    code = code or f"lender-{next(_numbers)}"
    client, _ = ApiClient.objects.get_or_create(code=code, defaults={"name": code})
    _key, secret = api_key_issue(client=client, scopes=scopes, at=now(), rate_limit_per_second=rate, **fields)
    return client, f"Api-Key {secret}"


@lru_cache
def shipped(path: str) -> str:
    """A JSON file of data/ as text."""
    return (DATA / path).read_text()


def catalogue_goes_live(document: dict[str, Any] | None = None) -> CatalogueVersion:
    maker, checker = staff()
    version = catalogue_register(document=document or json.loads(shipped("catalogue.json")), at=now())
    catalogue_submit(version=version, maker=maker, at=now())
    return catalogue_approve(version=version, checker=checker, content_hash=version.content_hash, at=now())


def model_goes_live(code: str, package: bytes) -> ModelPackage:
    maker, checker = staff()
    model = model_register(product=product(code), name=f"{code} model", package=package, at=now())
    keeping_ensure(model=model, maker=maker, checker=checker, at=now())
    model_submit(model=model, maker=maker, at=now())
    return model_approve(model=model, checker=checker, content_hash=model.content_hash, at=now())


def policy_goes_live(document: dict[str, Any] | None = None, code: str = "instalment") -> RuleSetVersion:
    """Draft, submit and approve a pre-loan policy; it is live when this returns."""
    return policy_approved(policy_submitted(document, code))


def policy_approved(version: RuleSetVersion) -> RuleSetVersion:
    """The version that waits is approved, whatever went live meanwhile, and live."""
    _maker, checker = staff()
    at = now()
    version_approve(
        version=version,
        checker=checker,
        content_hash=version.content_hash,
        at=at,
        live_hash=live_hash_at(version, at),
    )
    return version


def policy_submitted(document: dict[str, Any] | None = None, code: str = "instalment") -> RuleSetVersion:
    """A pre-loan policy that waits for its approval."""
    maker, _checker = staff()
    document = {**(document or SMALL_POLICY), "product": code}
    rule_set, _ = RuleSet.objects.get_or_create(
        product=product(code),
        stage="PRE_LOAN",
        defaults={"code": f"{code}-pre-loan", "name_en": code, "name_zh": code},
    )
    version = version_draft(rule_set=rule_set, author=maker, at=now(), document=document)
    version_submit(version=version, maker=maker, at=now())
    return version


def policy(*, parameters: dict[str, Any] | None = None, **sections: Any) -> dict[str, Any]:
    """SMALL_POLICY with sections replaced, or parameters set."""
    document = {**json.loads(json.dumps(SMALL_POLICY)), **sections}
    for parameter in document["parameters"]:
        parameter["value"] = (parameters or {}).get(parameter["name"], parameter["value"])
    return document


VARIABLES = {
    "checking_status": "A13", "duration_months": 12, "credit_history": "A32", "purpose": "A43",
    "amount_minor": 320_000, "savings_status": "A63", "employment_since": "A74", "instalment_rate_class": 2,
    "other_debtors": "A101", "residence_class": 2, "property": "A121", "age_years": 39, "other_plans": "A143",
    "housing": "A152", "existing_credits": 1, "job": "A173", "liable_people": 1, "telephone": "A192",
}  # fmt: skip


def body(number: int | None = None, **changes: Any) -> dict[str, Any]:
    """A whole valid request of another applicant each time."""
    number = next(_numbers) if number is None else number
    return {
        "product": "instalment",
        "external_id": f"A-{number:06d}",
        "applicant": {
            "national_id": f"11010119800101{number:04d}", "name": f"张三{number}", "phone": f"138{number:08d}",
            "address": f"北京市示例路 {number} 号", "device_id": f"device-{number}",
        },
        "variables": dict(VARIABLES),
        **changes,
    }  # fmt: skip
