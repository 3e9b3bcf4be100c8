"""Who calls: a lending system and its keys."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a key may do."""

    DECIDE = "decide", _("Ask for decisions")
    READ = "read", _("Read decisions")
    REPORT = "report", _("Report what happens after a loan is paid out")
    AS_OF = "as_of", _("Decide as of another time")
    DRY_RUN = "dry_run", _("Decide without a record")


class ApiClient(models.Model):
    """A lending system that calls the API; its applications are numbered by itself."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """One key of a client: `prefix.secret`, of which only a SHA-256 of the secret is kept."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="keys", verbose_name=_("client"))
    prefix = models.CharField(_("prefix"), max_length=12, unique=True)
    secret_hash = models.BinaryField(_("hash of the secret"), max_length=32)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name=_("scopes"))
    rate_limit_per_second = models.PositiveIntegerField(
        _("requests per second"), null=True, blank=True, help_text=_("Per process; empty for the default, 0 for none.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.client} {self.prefix}…"
