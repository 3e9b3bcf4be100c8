"""The governed policy on drift, one for each product: when it is looked for, from where on it matters, who is told."""

from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind
from lending.models import Product
from lending.product_names import products_named

KIND_CODE = "drift_policy"
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Index = Annotated[float, msgspec.Meta(ge=0.01, le=5.0)]
Cases = Annotated[int, msgspec.Meta(ge=20, le=10_000_000)]
Bads = Annotated[int, msgspec.Meta(ge=5, le=10_000_000)]
Months = Annotated[int, msgspec.Meta(ge=1, le=60)]


class DriftPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds, least samples, windows, and which measures raise an alert."""

    period: Literal["month", "week"] = "month"
    reference: Literal["training", "first_decisions"] = "training"
    reference_decisions: Cases = 1_000
    decisions_least: Cases = 200
    psi_watch: Index = 0.10
    psi_act: Index = 0.25
    hit_rate_change: Share = 0.05
    level: Annotated[float, msgspec.Meta(ge=0.0001, le=0.2)] = 0.05
    maturity_months: Months = 12
    cohort_months: Months = 6
    outcomes_least: Cases = 200
    bads_least: Bads = 30
    ks_drop: Share = 0.05
    slope_change: Annotated[float, msgspec.Meta(ge=0.01, le=2.0)] = 0.25
    log_odds_change: Annotated[float, msgspec.Meta(ge=0.01, le=3.0)] = 0.25
    has_score_alerts: bool = True
    has_variable_alerts: bool = True
    has_rule_alerts: bool = True
    has_outcome_alerts: bool = True
    has_retraining: bool = False
    retraining_months: Months = 3
    retraining_outcomes_least: Cases = 2_000
    retraining_bads_least: Cases = 200
    retraining_model: Literal["xgboost", "scorecard", "svm", "mlp"] = "xgboost"


def _check(policy: DriftPolicy, name: str) -> list[str]:
    checks = {
        _("The limit to act lies above the limit to watch."): policy.psi_act <= policy.psi_watch,
        _("There is no product of this code."): not Product.objects.filter(code=name).exists(),
    }
    return [words for words, is_wrong in checks.items() if is_wrong]


KIND = Kind(
    KIND_CODE,
    DriftPolicy,
    title=gettext_lazy("Drift policy"),
    help=gettext_lazy(
        "When applicants, scores, rules and outcomes of a product count as drifting, what raises an alert, and whether"
        " a new model is proposed from matured outcomes. Nothing here takes a model live."
    ),
    check=_check,
    name_choices=products_named,
    labels={
        "period": gettext_lazy("A report for each"),
        "period=month": gettext_lazy("month"),
        "period=week": gettext_lazy("week"),
        "reference": gettext_lazy("What it is compared with"),
        "reference=training": gettext_lazy("the model's training rows, as its card keeps them"),
        "reference=first_decisions": gettext_lazy("the model's first decisions"),
        "reference_decisions": gettext_lazy("First decisions that make a reference"),
        "decisions_least": gettext_lazy("Fewest decisions judged"),
        "psi_watch": gettext_lazy("PSI and CSI to watch from"),
        "psi_act": gettext_lazy("PSI and CSI to act from"),
        "hit_rate_change": gettext_lazy("Change of a rule's hit rate that matters"),
        "level": gettext_lazy("Chance of a false alarm that is accepted"),
        "maturity_months": gettext_lazy("Months after which an outcome is known"),
        "cohort_months": gettext_lazy("Months of matured decisions judged together"),
        "outcomes_least": gettext_lazy("Fewest matured outcomes judged"),
        "bads_least": gettext_lazy("Fewest bads, and goods, among them"),
        "ks_drop": gettext_lazy("Fall of KS that matters"),
        "slope_change": gettext_lazy("Distance of the calibration slope from 1 that matters"),
        "log_odds_change": gettext_lazy("Distance of PDs from outcomes that matters, in log odds"),
        "has_score_alerts": gettext_lazy("The distribution of scores raises alerts"),
        "has_variable_alerts": gettext_lazy("Single variables raise alerts"),
        "has_rule_alerts": gettext_lazy("Hit rates of rules raise alerts"),
        "has_outcome_alerts": gettext_lazy("Matured outcomes raise alerts"),
        "has_retraining": gettext_lazy("Propose new models from matured outcomes"),
        "retraining_months": gettext_lazy("Months between proposals"),
        "retraining_outcomes_least": gettext_lazy("Fewest matured outcomes to train on"),
        "retraining_bads_least": gettext_lazy("Fewest bads, and goods, among them to train on"),
        "retraining_model": gettext_lazy("Kind of model to propose"),
        "retraining_model=xgboost": gettext_lazy("Boosted trees (XGBoost)"),
        "retraining_model=scorecard": gettext_lazy("Scorecard"),
        "retraining_model=svm": gettext_lazy("Support vector machine"),
        "retraining_model=mlp": gettext_lazy("Neural network (MLP)"),
    },
)
