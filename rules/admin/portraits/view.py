"""A customer's portrait in words and pictures, alone or beside an earlier one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lending.models import ConsentScope, CustomerFact
from rules.admin.portraits.charts import bars, gauge, radar, trend
from rules.engine.expression_words import expression_words
from rules.localised import language, localised
from rules.segment_words import segment_glossary
from rules.services.portraits.customers import PlacedPortrait
from rules.services.portraits.segments import SEGMENT_WORDS, segment_label
from rules.variable_words import variable_words
from rules.words import pick
from scoring.catalogue import Variable
from scoring.portrait_dimensions import DIMENSION_WORDS, DIMENSIONS
from scoring.portraits.coefficient import OTHER, Coefficient
from scoring.portraits.held import Held
from scoring.portraits.observation import MEASURES
from scoring.portraits.portrait import DimensionPortrait, Portrait
from scoring.portraits.quality import QUALITY_FIGURES, Quality
from scoring.services.portraits.instruments import Instruments

FIGURE_WORDS = {
    "timeliness": (_("Timeliness"), _("1 while the source is within its refresh period, 0 from twice the period on")),
    "authenticity": (_("Authenticity"), _("Share verified, or confirmed by an independent source")),
    "completeness": (_("Completeness"), _("Share known of what could be")),
    "objectivity": (_("Objectivity"), _("Share from third parties or our own records, not declared by the customer")),
}
SOURCE_WORDS = {
    "application": _("Application"),
    "loan": _("Loan account"),
    "standing": _("Reviews of the portfolio"),
    "velocity": _("Recent events"),
    "list": _("Lists"),
    "text_data": _("Texts written"),
    "social_data": _("Social data"),
    "transaction_data": _("Purchases and payments"),
    "graph:transfer_data": _("Graph of transfers"),
    "graph:social_data": _("Graph of links"),
}
CAUSE_WORDS = {
    "no_policy": _("No portrait policy is in force: nobody has said at which PDs the coefficient is 0 and 1."),
    "no_product": _("The customer has neither applied for anything nor holds a loan, as far as was known."),
    "no_model": _("The product has no model."),
    "horizon_unknown": _("The model does not state the horizon of its PD: it cannot be put on the policy's scale."),
    "horizon_differs": _("The model's PD has another horizon than the policy's."),
    "prohibited_read": _("The model reads what a portrait leaves out."),
    "variables_missing": _("The model needs variables that were not known."),
}


@dataclass
class PortraitView:
    """One portrait; `before` is an earlier one to compare with, `history` portraits over time, the earliest first."""

    shown: PlacedPortrait
    instruments: Instruments
    before: PlacedPortrait | None = None
    history: Sequence[Portrait] = ()
    may_see_values: bool = False

    @property
    def portrait(self) -> Portrait:
        return self.shown.portrait

    @property
    def coefficient(self) -> Coefficient:
        return self.portrait.coefficient

    @cached_property
    def segment(self) -> dict[str, Any]:
        """The segment's name, its condition or meaning, and what was asked before it and could not be told."""
        policy, placed = self.instruments.policy, self.shown.placed
        given = next((one for one in (policy.segments if policy else []) if one.code == placed.code), None)
        return {
            "code": placed.code,
            "label": segment_label(placed.code, policy),
            "when": given.when if given else "",
            "words": expression_words(given.when, segment_glossary(self.instruments.catalogue), language())
            if given
            else "",
            "meaning": str(SEGMENT_WORDS[placed.code][1]) if placed.code in SEGMENT_WORDS else "",
            "unknown": [segment_label(code, policy) for code in placed.unknown],
            "before": segment_label(self.before.placed.code, policy) if self.before else "",
        }

    @cached_property
    def cause(self) -> dict[str, Any]:
        """Why there is no coefficient."""
        found, policy = self.coefficient, self.instruments.policy
        names = [self._label(name) for name in found.names]
        horizons = ""
        if found.cause == "horizon_differs" and policy is not None:
            months = {"model": found.horizon_months, "policy": policy.horizon_months}
            horizons = gettext("Model: %(model)s months; policy: %(policy)s months.") % months
        return {"words": str(CAUSE_WORDS.get(found.cause, found.cause)), "names": names, "horizons": horizons}

    @cached_property
    def horizon(self) -> str:
        """The horizon of the PD in words."""
        months = self.coefficient.horizon_months or 0
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}

    @cached_property
    def gauge(self) -> dict[str, Any] | None:
        if self.coefficient.value is None:
            return None
        before = self.before.portrait.coefficient.value if self.before else None
        return gauge(self.coefficient.value, before)

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """What each dimension adds to the coefficient before the clip, the largest first, and where it starts."""
        found = self.coefficient
        if found.start is None:
            return []
        parts = sorted(found.parts.items(), key=lambda part: -abs(part[1]))
        rows = bars([(dimension_label(code), value) for code, value in parts])
        earlier = self.before.portrait.coefficient.parts if self.before else {}
        for row, (code, _value) in zip(rows, parts, strict=True):
            row["before"] = f"{earlier[code]:+.3f}" if code in earlier else ""
        return rows

    @cached_property
    def dimensions(self) -> list[dict[str, Any]]:
        """Every dimension: its quality as bars, its variables as rows."""
        earlier = {one.code: one for one in self.before.portrait.dimensions} if self.before else {}
        return [self._dimension(one, earlier.get(one.code)) for one in self.portrait.dimensions]

    @cached_property
    def whole_quality(self) -> list[dict[str, Any]]:
        return figures(self.portrait.quality, self.before.portrait.quality if self.before else None)

    @cached_property
    def radar(self) -> dict[str, Any]:
        """The mean quality of every dimension, now and before."""
        before = self.before.portrait.dimensions if self.before else []
        return radar(
            [dimension_label(one.code) for one in self.portrait.dimensions],
            [mean_quality(one.quality) for one in self.portrait.dimensions],
            [mean_quality(one.quality) for one in before],
        )

    @cached_property
    def measures(self) -> list[tuple[str, int]]:
        counts = self.portrait.measures
        return [(pick(words, language()), counts[name]) for name, words in MEASURES.items() if name in counts]

    @cached_property
    def grx_trend(self) -> dict[str, Any] | None:
        """The coefficient over time; None where it was never assessed or there is one instant only."""
        grx = [(one.as_of, one.coefficient.value) for one in self.history]
        return trend(grx) if len(grx) > 1 and _any(grx) else None

    @cached_property
    def trends(self) -> list[dict[str, Any]]:
        """What each dimension added and how good it was over time; empty with fewer than two instants."""
        if len(self.history) < 2:
            return []
        parts = [value for one in self.history for value in one.coefficient.parts.values()]
        low, high = min([*parts, 0.0]), max([*parts, 0.0])
        rows = []
        for place, code in enumerate(DIMENSIONS):
            added = [(one.as_of, one.coefficient.parts.get(code)) for one in self.history]
            good = [(one.as_of, mean_quality(one.dimensions[place].quality)) for one in self.history]
            if _any(added) or _any(good):
                rows.append(
                    {
                        "title": dimension_label(code),
                        "added": trend(added, low=low, high=high, is_small=True) if _any(added) else None,
                        "quality": trend(good, is_small=True) if _any(good) else None,
                    }
                )
        return rows

    def _dimension(self, one: DimensionPortrait, before: DimensionPortrait | None) -> dict[str, Any]:
        earlier = {item.variable: item for item in before.held} if before else {}
        return {
            "code": one.code,
            "label": dimension_label(one.code),
            "figures": figures(one.quality, before.quality if before else None),
            "rows": [self._row(item, earlier.get(item.variable)) for item in one.held],
            "absent": [self._label(name) for name in one.absent],
            "closed": [self._label(name) for name in one.closed if not self._is_alternative(name)],
            "sources": self._sources_closed(one.closed),
            "unusable": [f"{self._label(item.variable)} ({_source(item.source)})" for item in one.unusable],
            "is_empty": not (one.held or one.absent or one.closed),
            "compared": self.before is not None,
        }

    def _row(self, item: Held, before: Held | None) -> dict[str, Any]:
        days = (self.portrait.as_of - item.event_at).days
        refresh = self._variables[item.variable].refresh_days if item.variable in self._variables else None
        return {
            "name": item.variable,
            "label": self._label(item.variable),
            "value": self._words(item) if self.may_see_values else "",
            "before": self._words(before) if before and self.may_see_values else "",
            "is_changed": bool(self.before) and (before is None or before.value != item.value),
            "source": _source(item.source),
            "age": ngettext("%(count)d day", "%(count)d days", days) % {"count": days},
            "refresh": refresh,
            "is_stale": refresh is not None and days > refresh,
            "provenance": str(CustomerFact.Provenance(item.provenance).label),
            "is_verified": item.is_verified,
            "confirmed_by": _source(item.confirmed_by),
        }

    def _sources_closed(self, names: Sequence[str]) -> list[str]:
        """Sources of alternative data that are not read, each with how many variables it would tell."""
        counts = Counter(self._variables[name].consent_scope for name in names if self._is_alternative(name))
        return [f"{ConsentScope(scope).label} ({count})" for scope, count in counts.items()]

    def _is_alternative(self, name: str) -> bool:
        return name in self._variables and self._variables[name].is_alternative

    @cached_property
    def _variables(self) -> Mapping[str, Variable]:
        return self.instruments.plan(tuple(self.portrait.products)).variables

    def _label(self, name: str) -> str:
        return localised(self._variables[name]) if name in self._variables else name

    def _words(self, item: Held) -> str:
        return variable_words(self._variables.get(item.variable), item.value, language())


def dimension_label(code: str) -> str:
    """A dimension in the reader's language."""
    if code == OTHER:
        return gettext("In no dimension")
    return pick(DIMENSION_WORDS[code], language())  # type: ignore[index]  # one of DIMENSIONS


def _source(source: str) -> str:
    return str(SOURCE_WORDS.get(source, source))


def mean_quality(quality: Quality) -> float | None:
    """The mean of the figures there are, for a picture."""
    found = [value for name in QUALITY_FIGURES if (value := getattr(quality, name)) is not None]
    return sum(found) / len(found) if found else None


def figures(quality: Quality, before: Quality | None = None) -> list[dict[str, Any]]:
    """The four figures with their names, as percent."""
    return [
        {
            "label": str(words[0]),
            "help": str(words[1]),
            "value": value,
            "percent": None if value is None else round(value * 100),
            "before": None if before is None or (was := getattr(before, name)) is None else round(was * 100),
        }
        for name, words in FIGURE_WORDS.items()
        for value in [getattr(quality, name)]
    ]


def _any(points: Sequence[tuple[datetime, float | None]]) -> bool:
    return any(value is not None for _, value in points)
