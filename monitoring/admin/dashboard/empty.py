"""Why a picture is empty, in words, and what fills it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.admin.page import page_url
from monitoring.models import ProductMonth
from monitoring.services.portfolio.applications import applications_lately


@dataclass(frozen=True)
class Empty:
    """Why there is nothing, and where it is done what fills it."""

    words: str
    url: str = ""
    link: str = ""


def no_loans(query: str) -> Empty:
    """No loan is counted, under the filters of an address or at all."""
    if query:
        return Empty(_("No loan is counted under these filters."), "?", _("Show all"))
    words = _(
        "The latest review found no open loan. Loans come with an import of the book; the next review counts them."
    )
    return Empty(words, page_url("monitoring_reviewrun_changelist"), _("Reviews"))


def no_warnings() -> Empty:
    """No warning was open when the portfolio was counted."""
    words = _("No warning was open when the latest review ended: its rules and patterns found none, or all are closed.")
    return Empty(words, page_url("monitoring_triggerreport_changelist"), _("What the rules look for"))


def no_rolls() -> Empty:
    """No loan has a bucket in two reviews."""
    words = _(
        "Roll rates compare two reviews of a product that both know the days past due. They fill with the second review"
        " after delinquency buckets are in force."
    )
    return Empty(words, page_url("audit_governeddocument_changelist"), _("Governed settings"))


def no_health() -> Empty:
    """No customer has a health code."""
    words = _("No customer has a health code. The next review gives them once a health policy is in force.")
    return Empty(words, page_url("audit_governeddocument_changelist"), _("Governed settings"))


def no_drift() -> Empty:
    """No drift report was made."""
    words = _(
        "No drift report was made yet. One is made every night for each product with a model, from the decisions and"
        " reviews of its period."
    )
    return Empty(words, page_url("monitoring_driftreport_changelist"), _("Drift"))


def no_approvals() -> Empty:
    """No complete month has applications; made-up months do not count."""
    lately = applications_lately()
    parts = [_("Approvals are counted by complete months, on the day after a month's last due date has passed.")]
    if lately:
        words = ngettext(
            "%(n)s application came in the last two months; it shows once its month is counted.",
            "%(n)s applications came in the last two months; they show once their months are counted.",
            lately,
        )
        parts.append(words % {"n": f"{lately:,}"})
    else:
        parts.append(_("No application came in the last two months: lending systems send them through the API."))
    if ProductMonth.objects.filter(is_synthetic=True).exists():
        parts.append(_("The months of the made-up products are not mixed in; they stand on their own page."))
        return Empty(" ".join(parts), page_url("monitoring_productmonth_changelist"), _("Products by month"))
    return Empty(" ".join(parts), page_url("rules_decision_changelist"), _("Decisions"))
