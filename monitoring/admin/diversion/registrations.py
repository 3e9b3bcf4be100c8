"""What findings on the use of loans and their log entries are called."""

from django.utils.translation import gettext_lazy as _

from audit.admin.error_words import words_register
from audit.event_words import events_register
from audit.object_pages import page_register
from monitoring.services.diversion.findings import DECISION

PAGE = "admin:monitoring_diversionfinding_change"
page_register("diversion_finding", name=_("Use of a loan"), url_name=PAGE)
page_register(DECISION, name=_("Decision on the use of a loan"), url_name=PAGE)
words_register(
    {
        "diversion_note_invalid": _("Say in 10 to 2,000 characters why."),
        "diversion_moved_on": _("Something newer is known of this loan. Look at its last finding."),
        "diversion_waits": _("A proposal waits for a second person, or none does any more. Look at the page again."),
    }
)

events_register(
    "diversion",
    _("Use of loans"),
    {
        "diversion.found": _("Use of a loan judged"),
        "diversion.confirmed": _("Diversion confirmed"),
        "diversion.lifted": _("Diversion lifted"),
        "transaction.revealed": _("Texts of a transaction revealed"),
    },
)
