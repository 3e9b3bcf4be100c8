"""What health codes' objects and log entries are called."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.admin.error_words import words_register
from audit.event_words import SYSTEM, events_register
from audit.object_pages import page_register
from monitoring.models import HealthDispute, HealthOverride


def _override_label(object_id: str) -> str | None:
    one = HealthOverride.objects.select_related("customer").filter(pk=object_id).first() if _is_id(object_id) else None
    return gettext("Health code of %(customer)s set by hand") % {"customer": one.customer} if one else None


def _dispute_label(object_id: str) -> str | None:
    one = HealthDispute.objects.select_related("customer").filter(pk=object_id).first() if _is_id(object_id) else None
    return f"{one.get_kind_display()} · {one.customer}" if one else None


def _is_id(object_id: str) -> bool:
    return object_id.isdecimal()


page_register(
    "health_override",
    name=_("Override of a health code"),
    url_name="admin:monitoring_healthoverride_change",
    label=_override_label,
)
page_register(
    "health_dispute",
    name=_("Dispute or appeal"),
    url_name="admin:monitoring_healthdispute_change",
    label=_dispute_label,
)
page_register("health_key", name=_("Health code key"), url_name="admin:monitoring_healthkey_change")
page_register(
    "health_recipient", name=_("Recipient of health codes"), url_name="admin:monitoring_healthrecipient_change"
)
words_register(
    {
        "health_override_invalid": _("An override needs a colour, a reason of ten characters and an end to come."),
        "health_override_not_permitted": _("Your account may not set health codes by hand."),
        "health_override_overtaken": _("Something red was found since this was asked for. Ask anew, knowing that."),
        "health_override_raced": _("A review has just written this customer's code. Look at it and decide again."),
        "health_override_not_waiting": _("This was decided or has ended already. Look at it again."),
        "health_dispute_invalid": _("An answer needs an outcome and at least five characters of reason."),
        "health_dispute_open": _("One of this kind is open already; it is answered first."),
        "health_dispute_not_open": _("This has an answer already. Look at it again."),
        "health_dispute_not_permitted": _("Your account may not answer disputes."),
        "health_key_revoked": _("This key was revoked already."),
        "health_key_not_permitted": _("Your account may not keep the keys of health codes."),
        "health_recipient_invalid": _("A recipient needs a name and at least one purpose."),
        "health_recipient_ended": _("This recipient has ended already."),
        "health_recipient_not_permitted": _("Your account may not keep recipients of health codes."),
        "health_links_too_many": _("Too many links are open for this customer. Wait until one is used or over."),
        "health_link_not_permitted": _("Your account may not hand links to holders."),
        "health_identity_not_seen": _("Say how you know that the person before you is the holder."),
    }
)
SYSTEM["holder"] = _("The holder")
SYSTEM["system:health"] = _("System: health codes")

events_register(
    "health",
    _("Health codes"),
    {
        "health_dispute.answered": _("Dispute or appeal answered"),
        "health_dispute.opened": _("Dispute or appeal opened"),
        "health_key.made": _("Health code key made"),
        "health_key.revoked": _("Health code key revoked"),
        "health_link.made": _("Holder's link made"),
        "health_link.not_sent": _("Holder's link not sent, and undone"),
        "health_override.ended": _("Override of a health code ended"),
        "health_override.overtaken": _("Override of a health code ended by new findings"),
        "health_recipient.code_renewed": _("New access code for a recipient of health codes"),
        "health_recipient.ended": _("Recipient of health codes ended"),
        "health_recipient.registered": _("Recipient of health codes registered"),
        "health_share.revoked": _("Share of a health code taken back"),
        "health_share.started": _("Share of a health code started"),
    },
)
