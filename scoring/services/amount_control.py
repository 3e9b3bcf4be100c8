"""What the amount control says of an application: its model's risk level and the cap of the policy in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind, Words
from audit.services.governed_live import governed_live
from lending.models import Product
from lending.product_currency import product_currency
from scoring.amount_control import (
    KIND_CODE,
    RISK_CAP,
    RISK_LEVEL,
    AmountControl,
    control_faults,
    risk_cap_minor,
    risk_level,
)
from scoring.package import ScoringModel


def control_values(
    names: Sequence[str], *, model: ScoringModel | None, product: str, values: Mapping[str, Any], on: date
) -> dict[str, Any]:
    """The asked-for ones of RISK_LEVEL and RISK_CAP by name; None where no model or no policy is live.

    The amount asked is the model's last feature. Raises ModelInputError where a value is not of its type.
    """
    found: dict[str, Any] = dict.fromkeys(names)
    live = governed_live(KIND_CODE, product, on=on) if names and model is not None else None
    if live is None or model is None:
        return found
    level = risk_level(live.value, model.score(values).pd)
    asked = values.get(model.features[-1])
    cap = None if asked is None else risk_cap_minor(live.value, level, asked)
    return {name: {RISK_LEVEL: level, RISK_CAP: cap}.get(name) for name in names}


def control_filled(
    frame: pl.DataFrame, names: Sequence[str], *, model: ScoringModel | None, product: str, on: date
) -> pl.DataFrame:
    """The frame with the asked-for ones of RISK_LEVEL and RISK_CAP worked out where a row has none.

    Unchanged where no model or no policy is live. Raises ModelInputError where a column is not of its type.
    """
    live = governed_live(KIND_CODE, product, on=on) if names and model is not None else None
    if live is None or model is None:
        return frame
    levels = [risk_level(live.value, float(pd)) for pd in model.predict_pd(frame)]
    asked = frame[model.features[-1]].to_list()
    caps = [
        None if amount is None else risk_cap_minor(live.value, level, amount)
        for level, amount in zip(levels, asked, strict=True)
    ]
    found = {RISK_LEVEL: pl.Series(levels, dtype=pl.Int64), RISK_CAP: pl.Series(caps, dtype=pl.Int64)}
    known = {name: frame[name].cast(pl.Int64) if name in frame.columns else None for name in names}
    return frame.with_columns(
        (found[name] if held is None else held.zip_with(held.is_not_null(), found[name])).alias(name)
        for name, held in known.items()
        if name in found
    )


def _problems(control: AmountControl, _name: str) -> list[str]:
    words = {
        "level_count": _("There must be five levels."),
        "last_level_open": _("The last level must reach a PD of 1."),
        "levels_not_rising": _("The PDs of the levels must rise."),
        "caps_rising": _("A riskier level may not grant more than a safer one."),
    }
    return [str(words[fault]) for fault in control_faults(control)]


def _products() -> list[tuple[str, Words]]:
    return [(product.code, product.code) for product in Product.objects.order_by("code")]


KIND = Kind(
    KIND_CODE,
    AmountControl,
    title=gettext_lazy("Amount control"),
    help=gettext_lazy("How risky a level of the amount control is, and the most that is granted at it."),
    check=_problems,
    name_choices=_products,
    currency=product_currency,
    labels={
        "levels": gettext_lazy("Levels, the safest first"),
        "levels.max_pd": gettext_lazy("Highest PD of the level"),
        "levels.cap_minor": gettext_lazy("Most granted"),
        "levels.share_of_asked": gettext_lazy("Most granted, as a share of the amount asked"),
    },
)
