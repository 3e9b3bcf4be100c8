"""Thresholds of cases side by side, on the page of capacity and beside a draft of the policy on warnings."""

from typing import Any

import msgspec
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.governed_panels import Panel, panel_register
from audit.models import GovernedDocument
from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.services.warning_capacity import Capacity, capacity_of
from monitoring.warning_policy import KIND_CODE, WarningPolicy


def capacity_lines(found: Capacity, words: str) -> list[dict[str, Any]]:
    """The choices: those of a policy, called `words`; what would fit; and a case for every warning."""
    choices = [(words, found.now), (_("What would fit"), found.proposed), (_("A case for every warning"), found.every)]
    return [
        {
            "words": words,
            "line": line,
            "cases": f"{line.cases:,}",
            "entered": "–" if line.entered is None else f"{line.entered:,}",
            "a_day": f"{line.a_day:,.1f}",
            "days_of_work": f"{line.days_of_work:,.1f}",
            "fits": line.cases <= found.most,
        }
        for words, line in choices
    ]


def draft_panel(governed: GovernedDocument) -> Panel | None:
    """What the thresholds of a draft mean for the capacity that it states; None where nothing is counted yet."""
    product = Product.objects.filter(code=governed.name).first()
    try:
        policy = msgspec.convert(governed.document, WarningPolicy)
    except msgspec.ValidationError:
        return None
    found = capacity_of(product, business_date_of(timezone.now(), product.timezone), policy) if product else None
    if found is None:
        return None
    lines = capacity_lines(found, _("This draft"))
    return Panel("monitoring/capacity_panel.html", {"found": found, "lines": lines, "product": product})


panel_register(KIND_CODE, draft_panel)
