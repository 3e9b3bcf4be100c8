"""Every promised figure of quality, in one place: measure, figures, limits. Runs from quick ones to long ones."""

from functools import partial

from benchmarks.limits import Limit
from benchmarks.quality import checks, models, peers, warning
from benchmarks.quality.measure import Measure

ALL = Limit(least=1.0)
NONE = Limit(most=0.0)
_INJECTED = {
    "single": Limit(least=0.95),
    "split": Limit(least=0.95),
    "two_hops": Limit(least=0.85),
    "delayed": Limit(least=0.85),
    "false_positives": Limit(most=0.02),
}
_CALIBRATED = {"ece": Limit(most=0.014), "brier": Limit(most=0.136)}
_TRUE = {"true_share": Limit(least=0.99), "rules_share": ALL}

MEASURES = {
    measure.name: measure
    for measure in (
        Measure("directions", models.shipped_directions, {"card": NONE, "instalment": NONE}),
        Measure(
            "early_warning",
            models.early_warning,
            {
                "auc_30": Limit(least=0.778),
                "auc_60": Limit(least=0.745),
                "auc_90": Limit(least=0.725),
                "auc_current_30": Limit(least=0.675),
                "auc_current_60": Limit(least=0.670),
                "auc_current_90": Limit(least=0.660),
            },
        ),
        Measure(
            "warning_policy",
            warning.warning_policy,
            {"precision_september": Limit(least=0.55), "recall_september": Limit(least=0.48)},
        ),
        Measure("reasons_card", partial(checks.reasons, "card"), _TRUE),
        Measure("reasons_instalment", partial(checks.reasons, "instalment"), _TRUE),
        Measure(
            "fairness",
            checks.fairness,
            {"young_flagged": ALL, "race_flagged": ALL, "race_recorded_flagged": ALL, "sex_flagged": NONE},
        ),
        Measure("negative_control_card", partial(models.shuffled, "card"), {"errors": Limit(most=3.0)}),
        Measure("negative_control_instalment", partial(models.shuffled, "instalment"), {"errors": Limit(most=3.0)}),
        Measure("diversion_generated", partial(checks.diversion, "generated"), _INJECTED),
        Measure("diversion_berka", partial(checks.diversion, "berka"), _INJECTED),
        Measure("graph_features", checks.graph, {"auc_added": Limit(least=0.015)}),
        Measure("german_scorecard", partial(models.german, "scorecard"), {"auc": Limit(0.785, 0.82)}),
        Measure("taiwan_scorecard", partial(models.taiwan, "scorecard"), {"auc": Limit(least=0.766)}),
        Measure("german_xgboost", partial(models.german, "xgboost"), {"auc": Limit(0.788, 0.82)}),
        Measure(
            "taiwan_unconstrained",
            partial(models.taiwan, "xgboost", monotone="none"),
            {"auc": Limit(least=0.782), **_CALIBRATED},
        ),
        Measure(
            "taiwan_shipped", models.taiwan_shipped, {"auc": Limit(least=0.780), **_CALIBRATED, "violations": NONE}
        ),
        Measure("scorecard_peers", peers.scorecards, {"worst": Limit(most=0.01)}),
        Measure("booster_peers", peers.boosters, {"worst": Limit(most=0.003)}),
        Measure("large_table", models.large_table, {"fit_seconds": Limit(most=30.0), "run_minutes": Limit(most=10.0)}),
    )
}
