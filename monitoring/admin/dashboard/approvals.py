"""How many applications were approved, month by month; each number opens the applications it counts."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from audit.admin.page import page_url
from monitoring.admin.dashboard.cards import Card, Cell, View, share_cell
from monitoring.admin.dashboard.charts import lines_chart
from monitoring.admin.dashboard.empty import no_approvals
from monitoring.services.portfolio.monthly import Month, product_months


def approvals_card(view: View) -> Card:
    """Approval rate and applications by month."""
    found = [one for one in product_months(view.shown) if one.applications]
    labels = [f"{one.month:%Y-%m}" for one in found]
    urls = [_url(view, found[-1], "approved")] if found else []
    picture = lines_chart(labels, [(_("Approved"), [one.approval_rate for one in found])], urls)
    header = [_("Month"), _("Applications"), _("Decided"), _("Approved"), _("Approval rate")]
    note = _("Applications are known by product and region, not by segment.") if view.shown.segment else ""
    return Card(
        "approvals",
        _("Approval rate"),
        header,
        [_row(view, one) for one in reversed(found)],
        note=note,
        picture=picture,
        empty=no_approvals() if not found else None,
    )


def _row(view: View, one: Month) -> list[Cell]:
    numbers = {"applications": one.applications, "decided": one.decided, "approved": one.approved}
    return [
        Cell(f"{one.month:%Y-%m}"),
        *(Cell(f"{number:,}", _url(view, one, show) if number else "") for show, number in numbers.items()),
        share_cell(one.approval_rate, _url(view, one, "approved")),
    ]


def _url(view: View, one: Month, show: str) -> str:
    asked = urlencode({"month": f"{one.month:%Y-%m}", "show": show})
    return f"{page_url('monitoring_portfoliofigure_applications')}?{asked}&{view.query}"
