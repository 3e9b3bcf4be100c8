"""What this app's objects and log entries are called."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.event_words import events_register
from audit.governed_words import governed_label
from audit.models import ApiClient, ApiKey, User
from audit.object_pages import page_register


def _user_label(object_id: str) -> str | None:
    person = User.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return (person.get_full_name() or person.get_username()) if person else None


def _client_label(object_id: str) -> str | None:
    client = ApiClient.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return client.name if client else None


def _key_label(object_id: str) -> str | None:
    key = ApiKey.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return gettext("API key %(prefix)s…") % {"prefix": key.prefix} if key else None


page_register("user", name=_("Account"), url_name="admin:audit_user_change", label=_user_label)
page_register("api_client", name=_("API client"), url_name="admin:audit_apiclient_change", label=_client_label)
page_register("api_key", name=_("API key"), url_name="admin:audit_apikey_change", label=_key_label)
page_register("outbox_message", name=_("Outgoing message"), url_name="admin:audit_outboxmessage_change")
page_register(
    "governed_document",
    name=_("Governed setting"),
    url_name="admin:audit_governeddocument_change",
    label=governed_label,
    decide_url_name="admin:audit_governeddocument_decide",
)

events_register(
    "governed",
    _("Governed settings"),
    {
        "governed.drafted": _("Setting drafted"),
        "governed.edited": _("Draft of a setting saved"),
        "governed.submitted": _("Setting sent for approval"),
        "governed.approved": _("Setting approved"),
        "governed.rejected": _("Setting rejected"),
        "governed.withdrawn": _("Setting taken back to a draft"),
        "governed.ended": _("Setting ended or discarded"),
    },
)
events_register(
    "approval",
    _("Approvals"),
    {
        "approval.requested": _("Approval asked for"),
        "approval.approved": _("Approved"),
        "approval.rejected": _("Rejected"),
        "approval.voided": _("Request for approval void"),
    },
)
events_register(
    "access",
    _("Accounts and keys"),
    {
        "user.created": _("Account created"),
        "user.changed": _("Account changed"),
        "user.password_set": _("Password set by another person"),
        "user.otp_enrolled": _("Second factor set up"),
        "api_client.created": _("API client created"),
        "api_client.changed": _("API client changed"),
        "api_key.issued": _("API key issued"),
        "api_key.rotated": _("API key replaced"),
        "api_key.revoked": _("API key revoked"),
        "outbox.redelivered": _("Message sent again"),
    },
)
