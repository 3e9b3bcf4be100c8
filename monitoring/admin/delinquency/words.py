"""What delinquency is called on pages: causes, blockers, errors, log entries."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.admin.error_words import words_register
from audit.event_words import events_register
from audit.object_pages import page_register
from monitoring.models import CategoryUpgrade, LoanPause
from monitoring.services.delinquency.hashes import PAUSE, UPGRADE

Words = str | Promise
CAUSES: dict[str, Words] = {
    "DPD": _("days past due"),
    "TECHNICAL": _("technical overdue, confirmed"),
    "RESTRUCTURED": _("restructured, under observation"),
    "DIVERTED": _("diversion confirmed"),
    "REFINANCED": _("arrears paid by a new loan"),
    "KEPT": _("was worse before: a payment alone raises no category"),
    "UPGRADED": _("an approved upgrade"),
}
BLOCKERS: dict[str, Words] = {
    "ARREARS": _("arrears or fees are unpaid"),
    "PERIODS": _("too few instalments paid on time since"),
    "MONTHS": _("too few months of payment on time since"),
    "OTHER_IMPAIRED": _("another loan of the customer is impaired"),
    "OBSERVATION": _("under observation after a restructuring"),
    "NO_HISTORY": _("no instalment fell due yet"),
    "CATEGORY_CHANGED": _("the category is another one now"),
}


def causes_words(causes: str) -> str:
    """Why a loan is in its category, in words."""
    return "; ".join(str(CAUSES.get(cause, cause)) for cause in causes.split())


NAMES: dict[str, Words] = {
    "NORMAL": _("Normal"),
    "SPECIAL_MENTION": _("Special mention"),
    "SUBSTANDARD": _("Substandard"),
    "DOUBTFUL": _("Doubtful"),
    "LOSS": _("Loss"),
}
"""Of the five categories that most settings know; a loan's page names any as its setting does."""


def category_name(code: str) -> str:
    """A category in words where it is one of the five, else its code."""
    return str(NAMES.get(code, code)) or "–"


def _pause_label(object_id: str) -> str | None:
    found = LoanPause.objects.select_related("loan").filter(pk=object_id).first() if object_id.isdecimal() else None
    return gettext("Pause of %(loan)s") % {"loan": found.loan.external_id} if found else None


def _upgrade_label(object_id: str) -> str | None:
    rows = CategoryUpgrade.objects.select_related("loan").filter(pk=object_id) if object_id.isdecimal() else []
    words = gettext("Upgrade of %(loan)s: %(from)s → %(to)s")
    return next(
        (
            words
            % {
                "loan": one.loan.external_id,
                "from": category_name(one.from_category),
                "to": category_name(one.to_category),
            }
            for one in rows
        ),
        None,
    )


page_register(PAUSE, name=_("Pause of a loan"), url_name="admin:monitoring_loanpause_change", label=_pause_label)
page_register(
    UPGRADE,
    name=_("Upgrade of a category"),
    url_name="admin:monitoring_categoryupgrade_change",
    label=_upgrade_label,
)
events_register(
    "delinquency",
    _("Delinquency"),
    {
        "loan_pause.cut": _("Pause of a loan cut short"),
        "category_upgrade.proposed": _("Upgrade of a category proposed"),
        "category_upgrade.approved": _("Upgrade of a category approved"),
        "category_upgrade.lapsed": _("Upgrade of a category lapsed"),
    },
)
words_register(
    {
        "loan_pause_invalid": _("A pause needs a reason, and a last day not before its first and within a year."),
        "loan_pause_not_waiting": _("This pause was decided already, or may not become longer."),
        "category_upgrade_not_open": _("Somebody decided this upgrade already, or it is not put forward."),
        "category_upgrade_cure_not_met": _("The conditions of this upgrade hold no longer."),
        "category_upgrade_not_as_proposed": _("This is not what the system proposed: it counts for nothing."),
    }
)
