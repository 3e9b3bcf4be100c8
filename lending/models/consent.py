"""What an applicant allowed us to read, from when until when: without it a source stays closed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import ApiClient
from lending.models.customer import Customer


class ConsentScope(models.TextChoices):
    """What is consented to. The catalogue names one of these for every variable."""

    CREDIT_DECISION = "credit_decision", _("Credit decision")
    BUREAU_REPORT = "bureau_report", _("Credit bureau report")
    ACCOUNT_CONDUCT = "account_conduct", _("Conduct of accounts")
    FAIRNESS_TESTING = "fairness_testing", _("Testing of fairness")
    SOCIAL_DATA = "social_data", _("Social data")
    TEXT_DATA = "text_data", _("Texts written")
    TRANSFER_DATA = "transfer_data", _("Transfers between accounts")
    TRANSACTION_DATA = "transaction_data", _("Purchases and payments")


class Consent(models.Model):
    """One grant of one scope. It ends when it is withdrawn or expires; it is never changed otherwise, nor deleted."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="consents", verbose_name=_("customer"))
    scope = models.CharField(_("scope"), max_length=20, choices=ConsentScope)
    # Through whom it was given; none of the demo and of staff.
    client = models.ForeignKey(
        ApiClient, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("client")
    )
    granted_at = models.DateTimeField(_("granted"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    evidence = models.CharField(
        _("evidence"), max_length=120, help_text=_("Where the consent can be seen: a reference, no personal data")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            # A report repeated is the same grant, not a second one that would outlive a withdrawal.
            models.UniqueConstraint(
                name="consent_once", fields=["customer", "scope", "client", "granted_at"], nulls_distinct=False
            ),
            # Nobody can end, or let lapse, what has not begun.
            models.CheckConstraint(
                name="consent_ends_after_it_begins",
                condition=(Q(expires_at__isnull=True) | Q(expires_at__gt=F("granted_at")))
                & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("granted_at"))),
            ),
        ]
        indexes = [models.Index(fields=["customer", "scope", "granted_at"], name="consent_lookup")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} · C{self.customer_id:08d}"
