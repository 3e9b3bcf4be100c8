"""Whom it is lent to: a customer, with personal data only in encrypted form."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A person, known by number. Their personal data is sealed under `wrapped_key`; erasing it erases them."""

    wrapped_key = models.BinaryField(_("wrapped key"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            # Erasure is the destruction of the key: the two must not come apart.
            models.CheckConstraint(
                name="customer_erased_has_no_key",
                condition=models.Q(erased_at__isnull=True, wrapped_key__isnull=False)
                | models.Q(erased_at__isnull=False, wrapped_key__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"C{self.pk:08d}"


class Identifier(models.Model):
    """One identifying value of a customer: sealed under their key, found by a keyed blind index."""

    class Kind(models.TextChoices):
        NATIONAL_ID = "national_id", _("National ID")
        NAME = "name", _("Name")
        PHONE = "phone", _("Phone")
        ADDRESS = "address", _("Address")
        DEVICE_ID = "device_id", _("Device")
        BANK_CARD = "bank_card", _("Bank card")
        EMAIL = "email", _("E-mail")
        EMPLOYER = "employer", _("Employer")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identifiers", verbose_name=_("customer"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    blind_index = models.BinaryField(_("blind index"), max_length=16)
    sealed = models.BinaryField(_("sealed value"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [
            models.UniqueConstraint(name="identifier_once_per_customer", fields=["customer", "kind", "blind_index"]),
            # One person per national ID: two applications at once must end at one customer.
            models.UniqueConstraint(
                name="identifier_national_id_unique",
                fields=["blind_index"],
                condition=models.Q(kind="national_id"),
            ),
        ]
        indexes = [models.Index(fields=["blind_index", "kind"], name="identifier_lookup")]

    def __str__(self) -> str:
        return f"{self.kind} of C{self.customer_id:08d}"
