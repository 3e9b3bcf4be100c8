"""The graphs of customers as they were worked out last: when, how far, of how many, and why not of others."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.moments import moment_words
from lending.models import ConsentScope
from scoring.admin.frozen import in_language
from scoring.alternative.book_graph import GRAPHS
from scoring.alternative.gate import CLOSED_WORDS
from scoring.models import GraphRun
from scoring.services.alternative.graph_runs import graph_run_latest

LINKS = {
    "transfer": gettext_lazy("transfers"),
    "guarantor": gettext_lazy("guarantees"),
    "phone": gettext_lazy("shared phones"),
    "device": gettext_lazy("shared devices"),
    "address": gettext_lazy("shared addresses"),
    "related": gettext_lazy("family, co-borrowers and colleagues"),
}


def graphs_card() -> dict[str, Any]:
    """The last run of each graph."""
    headers = [_("source"), _("as of"), _("state"), _("customers in the graph"), _("links"), _("known to be bad"),
               _("recorded for"), _("left closed")]  # fmt: skip
    rows = [[ConsentScope(source).label, *_cells(graph_run_latest(source))] for source in GRAPHS]
    line = _(
        "Once a week, while a source is in a pilot, what its graph says of each person who consents is recorded as"
        " facts about them. Nothing is recorded of anybody else, and whom somebody is linked to is not kept."
    )
    return {"title": _("Graphs of customers"), "table": {"headers": headers, "rows": rows}, "lines": [line]}


def _cells(run: GraphRun | None) -> list[str]:
    if run is None:
        return ["—", _("not worked out yet: the source is in no pilot, or the night has not come"), *["—"] * 5]
    closed = "; ".join(f"{_cause(cause)} {count:,}" for cause, count in sorted(run.closed.items()))
    links = " · ".join(f"{LINKS[kind]} {count:,}" for kind, count in run.links.items())
    recorded = ngettext("%(count)s person", "%(count)s people", run.recorded) % {"count": f"{run.recorded:,}"}
    return [
        moment_words(run.as_of),
        _state(run),
        f"{run.parties:,}",
        links or "—",
        f"{run.bads:,}",
        recorded,
        closed or "—",
    ]


def _state(run: GraphRun) -> str:
    if run.ended_at is None:
        return _("begun: %(done)s of %(due)s people; the next night goes on") % {
            "done": f"{run.looked_at:,}", "due": f"{run.due:,}",
        }  # fmt: skip
    seconds = round((run.ended_at - run.started_at).total_seconds())
    return ngettext("done in %(count)d second", "done in %(count)d seconds", seconds) % {"count": seconds}


def _cause(cause: str) -> str:
    return in_language(*CLOSED_WORDS.get(cause, (cause, cause)))
