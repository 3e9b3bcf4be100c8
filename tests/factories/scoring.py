"""Tables, models and catalogues for tests of scoring: small, made up, the same every time."""

import hashlib
from datetime import UTC, datetime
from functools import cache, partial

import msgspec
import numpy as np
import polars as pl

from lending.models import Product
from scoring.models import ModelPackage
from scoring.package import ScoringModel, package_read, package_write
from scoring.training.booster import BoosterParameters
from scoring.training.columns import columns_plan
from scoring.training.directions import directions_infer
from scoring.training.fitting import Recipe, fit_xgboost

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
QUICK = BoosterParameters(rounds=40, learning_rate=0.15)


def loan_table(rows: int = 1_200, seed: int = 7) -> pl.DataFrame:
    """Applications whose odds of `bad` rise with `late`, fall with `income`, and depend on `purpose`."""
    chance = np.random.default_rng(seed)
    late = chance.integers(0, 6, rows)
    income = chance.lognormal(8, 0.5, rows).round()
    purpose = chance.choice(["car", "repairs", "travel"], rows, p=[0.5, 0.3, 0.2])
    margin = -1.5 + 0.5 * late - 0.8 * (np.log(income) - 8) + np.where(purpose == "travel", 1.0, 0.0)
    bad = (chance.random(rows) < 1 / (1 + np.exp(-margin))).astype(int)
    savings = np.where(chance.random(rows) < 0.1, None, chance.integers(0, 10_000, rows))
    return pl.DataFrame(
        {
            "late": late,
            "income": income,
            "purpose": purpose,
            "savings": pl.Series(savings.tolist(), dtype=pl.Int64),
            "noise": chance.random(rows),
            "bad": bad,
        }
    )


def loan_outcome(frame: pl.DataFrame) -> np.ndarray:
    """The target of `loan_table`."""
    return frame["bad"].cast(pl.Float64).to_numpy()


def card(product: str = "instalment", features: tuple[str, ...] = ("late", "income", "purpose", "savings", "noise")):
    """A complete model card."""
    text = {"en": "made up", "zh": "虚构"}
    return {
        "product": product,
        "name": "test",
        "kind": "xgboost",
        "pd_horizon_months": 12,
        "pd_horizon": text,
        "bad_definition": "made up",
        "bad_definition_zh": "虚构",
        "sample": text,
        "sample_odds": 3.0,
        "sample_bad_rate": 0.25,
        "metrics": {"auc": 0.75, "gini": 0.5, "ks": 0.4, "brier": 0.15, "log_loss": 0.5, "ece": 0.02},
        "monotonicity_violations": 0,
        "calibration_table": [{"count": 10.0, "mean_pd": 0.1, "bad_rate": 0.2}],
        "gains_table": [{"count": 10.0, "bad_rate": 0.2, "caught": 1.0, "lift": 1.0}],
        "validation": {"folds": 5, "procedure": "made up"},
        "features": [{"name": name, "kind": "number", "direction": "none"} for name in features],
        "monotone": {},
        "training_data": {"file": "made-up.csv", "sha256": "0" * 64, "target": "bad", "rows": 1200, "bads": 300},
        "notes": [],
        "parameters": msgspec.to_builtins(QUICK),
        "seed": 42,
        "library_versions": {},
        "limits_of_use": [text],
        "owner": "Risk",
        "next_validation_on": "2099-12-31",
        "exit_rule": text,
    }


@cache
def package_bytes(product: str = "instalment", seed: int = 7) -> bytes:
    """A package of a model trained on `loan_table`."""
    frame = loan_table(seed=seed)
    plan = columns_plan(frame, target="bad")
    recipe = Recipe(plan.columns, partial(directions_infer, plan.columns), 42, QUICK)
    fitted = fit_xgboost(frame, loan_outcome(frame), recipe)
    return package_write(schema=fitted.model.schema, body=fitted.model.body, card=card(product), seed=42)


@cache
def scoring_model() -> ScoringModel:
    """That model, loaded."""
    return package_read(package_bytes())


def product(code: str = "instalment") -> Product:
    """A product."""
    return Product.objects.create(code=code, name_en=code, name_zh=code, currency="CNY", timezone="Asia/Shanghai")


def candidate(lent: Product, seed: int = 7, **stated) -> ModelPackage:
    """A registered model, `stated` on its card, without the process of its own that `model_register` spends."""
    package = package_bytes(seed=seed)
    return ModelPackage.objects.create(
        product=lent,
        name="made up",
        kind="xgboost",
        content_hash=hashlib.sha256(package).hexdigest(),
        package=package,
        card=card() | stated,
    )


def variable(name: str, **fields) -> dict:
    """A catalogued variable of `instalment`."""
    return {
        "name": name,
        "en": f"the {name}",
        "zh": f"变量{name}",
        "type": "number",
        "products": ["instalment"],
        "source": "application",
        "purpose": "creditworthiness",
        "missing": "refer",
        **fields,
    }


def catalogue_document(**changes) -> dict:
    """A catalogue that knows the columns of `loan_table`; `changes` are fields by variable name."""
    purpose = {
        "type": "string",
        "codes": [{"code": code, "en": code, "zh": code} for code in ("car", "repairs", "travel")],
    }
    fields = {"late": {}, "income": {"direction": "higher_is_safer"}, "purpose": purpose, "savings": {}, "noise": {}}
    return {
        "variables": [variable(name, **{**own, **changes.get(name, {})}) for name, own in fields.items()],
        "reasons": [{"code": "INCOME", "en": "Income", "zh": "收入", "audience": "applicant"}],
    }
