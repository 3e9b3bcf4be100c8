"""What is owed by month: a line a product, beside its own highest month, for products are lent in their currencies."""

from django.utils.translation import gettext as _

from lending.money import money_text
from monitoring.admin.dashboard.cards import Card, Cell, View
from monitoring.admin.dashboard.charts import lines_chart
from monitoring.admin.dashboard.empty import no_loans
from monitoring.models import PortfolioFigure
from monitoring.services.portfolio.reading import months, runs_by_month


def exposure_card(view: View) -> Card:
    """Owed at the last review of each month, the newest first."""
    owed, lines, urls, rows = {}, [], [], []
    for run in view.runs:
        shown = view.shown._replace(product=run.product)
        found = months(PortfolioFigure.Name.LEVEL, shown)
        owed[run] = {month: sum(one.amount_minor for one in keys.values()) for month, keys in found.items()}
        runs = runs_by_month(shown)
        for month, minor in owed[run].items():
            url = view.rows_url(runs.get(month, [])) if minor else ""
            rows.append(
                [Cell(f"{month:%Y-%m}"), Cell(str(run.product)), Cell(money_text(minor, run.product.currency), url)]
            )
    labels = sorted({month for by_month in owed.values() for month in by_month})
    for run, by_month in owed.items():
        most = max(by_month.values(), default=0)
        lines.append((str(run.product), [by_month[one] / most if most and one in by_month else None for one in labels]))
        urls.append(view.rows_url([run.pk]))
    return Card(
        "exposure",
        _("Exposure by month"),
        [_("Month"), _("Product"), _("Owed")],
        sorted(rows, key=lambda row: row[0].text, reverse=True),
        note=_("Each line as a share of its own highest month."),
        picture=lines_chart([f"{month:%Y-%m}" for month in labels], lines, urls),
        empty=no_loans(view.query) if not rows else None,
    )
