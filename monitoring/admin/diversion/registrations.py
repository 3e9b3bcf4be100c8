"""What findings on the use of loans and their log entries are called."""

from django.utils.translation import gettext_lazy as _

from audit.event_words import events_register
from audit.object_pages import page_register

page_register("diversion_finding", name=_("Use of a loan"), url_name="admin:monitoring_diversionfinding_change")

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
