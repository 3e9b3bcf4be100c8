"""What colour a customer has and why, from a few figures and a policy. Pure.

Data that are stale, thin or disputed give NOT_ASSESSED whatever else is known: neither trust nor blame is put on
them. Otherwise every finding is worked out by itself and the worst one gives the colour; without any it is GREEN.
A figure that equals its threshold counts as the riskier side. Worsening a figure never improves the colour in the
order of COLOURS.
"""

from typing import Annotated, Final, Literal

import msgspec

from audit.governed_fields import INDEX_FORMAT

Colour = Literal["GREEN", "AMBER", "RED", "NOT_ASSESSED"]
COLOURS: Final[tuple[Colour, ...]] = ("GREEN", "AMBER", "RED", "NOT_ASSESSED")
"""From most to least assurance."""
MOST_REASONS: Final = 3
Level = Literal["BLUE", "YELLOW", "ORANGE", "RED"]
LEVEL_RANKS: Final = {"NONE": 0, "BLUE": 1, "YELLOW": 2, "ORANGE": 3, "RED": 4}
Category = Literal["SPECIAL_MENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS"]
CATEGORY_RANKS: Final = {"NORMAL": 0, "SPECIAL_MENTION": 1, "SUBSTANDARD": 2, "DOUBTFUL": 3, "LOSS": 4}
Index = Annotated[float, msgspec.Meta(gt=0.0, le=1.0, extra_json_schema={"format": INDEX_FORMAT})]
Days = Annotated[int, msgspec.Meta(ge=1, le=3_660)]


class HealthPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where on a figure makes a code amber or red, and which data are too little or too old."""

    amber_grx: Index = 0.5
    red_grx: Index = 0.75
    amber_warning: Level = "YELLOW"
    red_warning: Level = "RED"
    amber_dpd: Days = 1
    red_dpd: Days = 31
    amber_category: Category = "SPECIAL_MENTION"
    red_category: Category = "SUBSTANDARD"
    diversion: Literal["AMBER", "RED"] = "RED"
    stale_days: Annotated[int, msgspec.Meta(ge=1, le=36_600)] = 45
    least_completeness: Annotated[float, msgspec.Meta(ge=0.0, lt=1.0)] = 0.5
    least_history_months: Annotated[int, msgspec.Meta(ge=0, le=120)] = 2
    share_hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 24
    link_hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 72


class HealthInputs(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a customer over all their open loans; the worst loan counts. None: not known."""

    grx: float | None = None
    """Personal risk coefficient, 0 to 1, higher is riskier."""
    warning_rank: int = 0
    """Worst open early warning: 0 none, 1 blue to 4 red."""
    dpd: int | None = None
    """Days past due."""
    category_rank: int | None = None
    """Classification: 0 normal to 4 loss; None where loans are not classified."""
    has_confirmed_diversion: bool = False
    data_age_days: int | None = None
    """Days since the newest thing known."""
    completeness: float = 0.0
    """Share of open loans that the newest reviews could judge, 0 to 1."""
    history_months: int = 0
    """Whole months since the first open loan was paid out."""
    has_open_dispute: bool = False


class Judgement(msgspec.Struct, frozen=True):
    """A colour and the codes of at most three reasons, the weightiest first."""

    colour: Colour
    reasons: tuple[str, ...] = ()


def colour_of(inputs: HealthInputs, policy: HealthPolicy | None) -> Judgement:
    """The colour of one customer; without a policy in force nobody is assessed."""
    unfit = _unfit(inputs, policy)
    if unfit or policy is None:
        return Judgement("NOT_ASSESSED", tuple(unfit[:MOST_REASONS]))
    red, amber = [], []
    for code, is_red, is_amber in _findings(inputs, policy):
        if is_red:
            red.append(f"{code}_RED")
        elif is_amber:
            amber.append(f"{code}_AMBER")
    reasons = tuple((red + amber)[:MOST_REASONS])
    return Judgement("RED" if red else "AMBER" if amber else "GREEN", reasons)


def red_findings(inputs: HealthInputs, policy: HealthPolicy) -> tuple[str, ...]:
    """The codes of every finding that is red, however fit the data are and however many there are."""
    return tuple(f"{code}_RED" for code, is_red, _ in _findings(inputs, policy) if is_red)


def policy_problems(policy: HealthPolicy) -> list[Literal["grx", "warning", "dpd", "category"]]:
    """Where red would begin before amber."""
    pairs: list[tuple[Literal["grx", "warning", "dpd", "category"], float, float]] = [
        ("grx", policy.amber_grx, policy.red_grx),
        ("warning", LEVEL_RANKS[policy.amber_warning], LEVEL_RANKS[policy.red_warning]),
        ("dpd", policy.amber_dpd, policy.red_dpd),
        ("category", CATEGORY_RANKS[policy.amber_category], CATEGORY_RANKS[policy.red_category]),
    ]
    return [name for name, amber, red in pairs if red < amber]


def _unfit(inputs: HealthInputs, policy: HealthPolicy | None) -> list[str]:
    if policy is None:
        return ["NO_POLICY"]
    checks = {
        "DISPUTED": inputs.has_open_dispute,
        "STALE": inputs.data_age_days is None or inputs.data_age_days >= policy.stale_days,
        "INCOMPLETE": inputs.completeness <= policy.least_completeness,
        "SHORT_HISTORY": inputs.history_months <= policy.least_history_months,
        "NO_COEFFICIENT": inputs.grx is None,
        "NO_DPD": inputs.dpd is None,
    }
    return [code for code, is_so in checks.items() if is_so]


def _findings(inputs: HealthInputs, policy: HealthPolicy) -> list[tuple[str, bool, bool]]:
    """(code, is red, is amber) of each, the weightiest first."""
    diverted, dpd, category = inputs.has_confirmed_diversion, inputs.dpd or 0, inputs.category_rank or 0
    grx = inputs.grx or 0.0
    red_category, amber_category = CATEGORY_RANKS[policy.red_category], CATEGORY_RANKS[policy.amber_category]
    red_level, amber_level = LEVEL_RANKS[policy.red_warning], LEVEL_RANKS[policy.amber_warning]
    return [
        ("DIVERSION", diverted and policy.diversion == "RED", diverted),
        ("PAST_DUE", dpd >= policy.red_dpd, dpd >= policy.amber_dpd),
        ("CATEGORY", category >= red_category, category >= amber_category),
        ("WARNING", inputs.warning_rank >= red_level, inputs.warning_rank >= amber_level),
        ("RISK", grx >= policy.red_grx, grx >= policy.amber_grx),
    ]
