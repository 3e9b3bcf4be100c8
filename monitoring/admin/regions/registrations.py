"""What log entries on products and regions are called."""

from django.utils.translation import gettext_lazy as _

from audit.event_words import SYSTEM, events_register
from audit.object_pages import page_register

page_register("region_influence", name=_("Regional influence"), url_name="admin:monitoring_regioninfluence_change")
SYSTEM["system:regions"] = _("System: products and regions")

events_register(
    "regions",
    _("Products and regions"),
    {
        "regions.assessed": _("Regions of a product assessed"),
        "regions.counted": _("Months of a product counted"),
        "regions.synthetic": _("Made-up products and regions written"),
    },
)
