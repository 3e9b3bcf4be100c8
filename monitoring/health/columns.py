"""`colour_of` for whole frames of customers: the same findings as Polars expressions. Pure."""

import polars as pl

from monitoring.health.colour import CATEGORY_RANKS, LEVEL_RANKS, MOST_REASONS, HealthPolicy

SCHEMA: dict[str, type[pl.DataType]] = {
    "grx": pl.Float64,
    "warning_rank": pl.Int64,
    "dpd": pl.Int64,
    "category_rank": pl.Int64,
    "has_confirmed_diversion": pl.Boolean,
    "data_age_days": pl.Int64,
    "completeness": pl.Float64,
    "history_months": pl.Int64,
    "has_open_dispute": pl.Boolean,
}
"""The fields of HealthInputs."""


def colours_of(inputs: pl.DataFrame, policy: HealthPolicy | None) -> pl.DataFrame:
    """`inputs` (columns of SCHEMA and any others) with `colour` and `reasons`, a text such as "RISK_RED|…"."""
    if policy is None:
        return inputs.with_columns(colour=pl.lit("NOT_ASSESSED"), reasons=pl.lit("NO_POLICY"))
    unfit = list(_unfit(policy).items())
    findings = _findings(policy)
    red = [(f"{code}_RED", is_red) for code, is_red, _ in findings]
    amber = [(f"{code}_AMBER", is_amber & ~is_red) for code, is_red, is_amber in findings]
    # Few combinations are all there is among a million customers: the words are put together once for each.
    truths = inputs.select(is_so.fill_null(False).alias(code) for code, is_so in (*unfit, *red, *amber))
    key = truths.select(pl.concat_str(pl.all().cast(pl.Int8)).alias("key"))
    kinds = key.with_columns(truths).unique("key", maintain_order=True)
    is_unfit, is_red, is_amber = (pl.any_horizontal(*(code for code, _ in part)) for part in (unfit, red, amber))
    of_findings = pl.when(is_red).then(pl.lit("RED")).when(is_amber).then(pl.lit("AMBER")).otherwise(pl.lit("GREEN"))
    said = kinds.select(
        "key",
        colour=pl.when(is_unfit).then(pl.lit("NOT_ASSESSED")).otherwise(of_findings),
        reasons=pl.when(is_unfit).then(_codes(unfit)).otherwise(_codes(red + amber)),
    )
    return inputs.with_columns(key.join(said, on="key", how="left", maintain_order="left").drop("key"))


def _codes(parts: list[tuple[str, pl.Expr]]) -> pl.Expr:
    """Of columns named by the codes, those that are so, at most three, in order."""
    named = [pl.when(pl.col(code)).then(pl.lit(code)) for code, _ in parts]
    return pl.concat_list(*named).list.drop_nulls().list.head(MOST_REASONS).list.join("|")


def _unfit(policy: HealthPolicy) -> dict[str, pl.Expr]:
    return {
        "DISPUTED": pl.col("has_open_dispute"),
        "STALE": pl.col("data_age_days").is_null() | (pl.col("data_age_days") >= policy.stale_days),
        "INCOMPLETE": pl.col("completeness") <= policy.least_completeness,
        "SHORT_HISTORY": pl.col("history_months") <= policy.least_history_months,
        "NO_COEFFICIENT": pl.col("grx").is_null(),
        "NO_DPD": pl.col("dpd").is_null(),
    }


def _findings(policy: HealthPolicy) -> list[tuple[str, pl.Expr, pl.Expr]]:
    diverted = pl.col("has_confirmed_diversion")
    dpd, grx = pl.col("dpd").fill_null(0), pl.col("grx").fill_null(0.0)
    category, warning = pl.col("category_rank").fill_null(0), pl.col("warning_rank")
    return [
        ("DIVERSION", diverted if policy.diversion == "RED" else diverted & False, diverted),
        ("PAST_DUE", dpd >= policy.red_dpd, dpd >= policy.amber_dpd),
        (
            "CATEGORY",
            category >= CATEGORY_RANKS[policy.red_category],
            category >= CATEGORY_RANKS[policy.amber_category],
        ),
        ("WARNING", warning >= LEVEL_RANKS[policy.red_warning], warning >= LEVEL_RANKS[policy.amber_warning]),
        ("RISK", grx >= policy.red_grx, grx >= policy.amber_grx),
    ]
