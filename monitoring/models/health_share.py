"""Showing a health code to others: keys that sign, registered recipients, one-time shares and what was scanned."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import ApiClient
from lending.models import Customer
from monitoring.health.purposes import PURPOSES
from monitoring.models.health_code import HealthColour

PURPOSE_CHOICES = [(purpose.code, purpose.title) for purpose in PURPOSES]


class HealthKey(models.Model):
    """An Ed25519 key: the public half for everybody, the private half sealed. Frozen but for its revocation."""

    key_id = models.CharField(_("key"), max_length=16, unique=True)
    public_key = models.BinaryField(_("public key"), max_length=32)
    wrapped_key = models.BinaryField(_("wrapped key"), editable=False)
    sealed = models.BinaryField(_("private key (sealed)"), editable=False)
    valid_from = models.DateTimeField(_("signs from"))
    valid_until = models.DateTimeField(_("valid until"))
    made_at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("health code key")
        verbose_name_plural = _("health code keys")
        constraints = [
            models.CheckConstraint(
                name="health_key_has_a_window", condition=models.Q(valid_until__gt=models.F("valid_from"))
            )
        ]

    def __str__(self) -> str:
        return self.key_id


class HealthRecipient(models.Model):
    """Somebody whom holders may show their code to, for the purposes registered; known by a secret of their own."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    purposes = ArrayField(models.CharField(max_length=20, choices=PURPOSE_CHOICES), verbose_name=_("purposes"))
    secret_hash = models.BinaryField(_("hash of the access code"), max_length=32)
    made_at = models.DateTimeField(_("registered"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("recipient of health codes")
        verbose_name_plural = _("recipients of health codes")

    def __str__(self) -> str:
        return self.name


class HealthLink(models.Model):
    """The holder's way in: opens their page once, and lets them object over the API until it ends.

    Its secret goes to the holder alone, by a channel of theirs or handed over by staff who saw who they are. With a
    recipient and a purpose it carries a request to be shown the code, which only the holder can grant.
    """

    class Channel(models.TextChoices):
        PHONE = "phone", _("Message to the holder's phone")
        EMAIL = "email", _("E-mail to the holder")
        IN_PERSON = "in_person", _("Handed over in person")

    class Identity(models.TextChoices):
        ID_CARD = "ID_CARD", _("Identity card seen")
        PASSPORT = "PASSPORT", _("Passport seen")
        KNOWN = "KNOWN", _("Known in person")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="health_links", verbose_name=_("customer"))
    client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for by")
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handed by")
    )
    channel = models.CharField(_("sent by"), max_length=9, choices=Channel, blank=True)
    identity = models.CharField(_("identity check"), max_length=8, choices=Identity, blank=True)
    recipient = models.ForeignKey(
        HealthRecipient, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recipient")
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=PURPOSE_CHOICES, blank=True)
    secret_hash = models.BinaryField(_("hash of the secret"), max_length=32, unique=True)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)

    class Meta:
        verbose_name = _("holder's link")
        verbose_name_plural = _("holders' links")
        constraints = [
            # Whoever hands a link over in person answers for having seen who it is.
            models.CheckConstraint(
                name="health_link_by_system_or_person",
                condition=models.Q(staff=None, identity="", client__isnull=False)
                | models.Q(~models.Q(identity=""), staff__isnull=False, client=None, channel="in_person"),
            ),
            models.CheckConstraint(
                name="health_link_asks_for_a_purpose",
                condition=models.Q(recipient=None, purpose="")
                | models.Q(~models.Q(purpose=""), recipient__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.made_at:%Y-%m-%d}"


class HealthShare(models.Model):
    """One look at a holder's colour, for one recipient and one purpose, started by the holder."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="health_shares", verbose_name=_("customer"))
    recipient = models.ForeignKey(HealthRecipient, models.PROTECT, related_name="shares", verbose_name=_("recipient"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=PURPOSE_CHOICES)
    client = models.ForeignKey(
        ApiClient, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told by")
    )
    # The proof that the holder asked: the link they had opened (trigger: no share without one).
    link = models.ForeignKey(
        HealthLink, models.PROTECT, null=True, blank=True, related_name="shares", verbose_name=_("started through")
    )
    secret_hash = models.BinaryField(_("hash of the share's code"), max_length=32, unique=True)
    nonce = models.BinaryField(_("nonce of its tokens"), max_length=16, unique=True)
    made_at = models.DateTimeField(_("started"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("share of a health code")
        verbose_name_plural = _("shares of health codes")
        indexes = [models.Index(fields=["customer", "-made_at"], name="health_share_of")]

    def __str__(self) -> str:
        return f"{self.customer} → {self.recipient}"


class HealthScan(models.Model):
    """Somebody asked about a share online, and what they were told (trigger: never changes)."""

    class Result(models.TextChoices):
        SHOWN = "shown", _("Shown")
        CHECKED = "checked", _("Asked whether it is open, colour not shown")
        USED = "used", _("Refused: looked at before")
        EXPIRED = "expired", _("Refused: expired")
        REVOKED = "revoked", _("Refused: taken back")
        SUPERSEDED = "superseded", _("Refused: the code changed since")
        WRONG_RECIPIENT = "wrong_recipient", _("Refused: not its recipient")
        BAD_TOKEN = "bad_token", _("Refused: the token is not genuine")

    class Channel(models.TextChoices):
        PAGE = "PAGE", _("Page")
        API = "API", _("API")

    share = models.ForeignKey(HealthShare, models.PROTECT, related_name="scans", verbose_name=_("share"))
    at = models.DateTimeField(_("at"))
    channel = models.CharField(_("by"), max_length=4, choices=Channel)
    result = models.CharField(_("result"), max_length=16, choices=Result)
    colour = models.CharField(_("colour shown"), max_length=12, choices=HealthColour, blank=True)

    class Meta:
        verbose_name = _("scan of a health code")
        verbose_name_plural = _("scans of health codes")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.result}"
