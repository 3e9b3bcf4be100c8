"""Where a version stands, as its activations tell: live, planned, replaced."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rules.models import RuleSetActivation, RuleSetVersion

State = RuleSetVersion.State


class Standing(NamedTuple):
    """What a version is now: a key for code, words for people, a tone for the badge."""

    key: str
    words: str | Promise
    tone: str


LIVE = Standing("live", _("Live"), "good")
PLANNED = Standing("planned", _("Approved, starts later"), "info")
REPLACED = Standing("replaced", _("Replaced"), "plain")
APPROVED = Standing("approved", _("Approved"), "info")
OF_STATE = {
    State.DRAFT: Standing("draft", _("Draft"), "info"),
    State.SUBMITTED: Standing("submitted", _("Waiting for approval"), "warn"),
    State.REJECTED: Standing("rejected", _("Rejected"), "bad"),
    State.RETIRED: Standing("retired", _("Retired"), "plain"),
}


def standing_of(version: RuleSetVersion, activations: Iterable[RuleSetActivation], at: datetime) -> Standing:
    """Where `version` stands at `at`; `activations` are its own."""
    mine = [activation for activation in activations if activation.version_id == version.pk]
    if any(_is_live(activation, at) for activation in mine):
        return LIVE
    if version.state != State.APPROVED:
        return OF_STATE[State(version.state)]
    if any(activation.from_at > at and activation.until_at is None for activation in mine):
        return PLANNED
    return REPLACED if mine else APPROVED


def _is_live(activation: RuleSetActivation, at: datetime) -> bool:
    return activation.from_at <= at and (activation.until_at is None or activation.until_at > at)
