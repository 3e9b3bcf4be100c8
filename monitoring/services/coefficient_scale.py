"""The scale of the risk coefficient in force, and whose PDs may be put on it: asked by standings and health codes."""

from collections.abc import Sequence
from datetime import UTC, datetime

from audit.services.governed_live import governed_live
from monitoring.models import ReviewRun
from scoring.models import ModelPackage
from scoring.portraits.policy import KIND, PortraitPolicy


def scale_live(at: datetime) -> PortraitPolicy | None:
    """The scale of the coefficient in force."""
    live = governed_live(KIND, on=at.astimezone(UTC).date())
    return live.value if live else None


def are_comparable(runs: Sequence[ReviewRun], scale: PortraitPolicy | None) -> list[bool]:
    """Whether the PDs of reviews fit the scale: those of a model that states its horizon."""
    hashes = [run.bundle.get("model") or "" for run in runs]
    packages = ModelPackage.objects.filter(content_hash__in=hashes)
    horizons = dict(packages.values_list("content_hash", "card__pd_horizon_months"))
    return [scale is not None and horizons.get(model) == scale.horizon_months for model in hashes]
