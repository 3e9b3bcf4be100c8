"""What was asked for."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from audit.models import ApiClient
from lending.models.customer import Customer
from lending.models.product import Product


class Application(models.Model):
    """A customer's request at one lending system, under that system's own number."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="applications", verbose_name=_("client"))
    external_id = models.CharField(_("application number"), max_length=80)
    product = models.ForeignKey(Product, models.PROTECT, related_name="applications", verbose_name=_("product"))
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="applications", verbose_name=_("customer"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(name="application_number_once_per_client", fields=["client", "external_id"])
        ]
        indexes = [
            # As of a loan's number.
            models.Index(OpClass(Upper("external_id"), name="text_pattern_ops"), name="application_number_beginning")
        ]

    def __str__(self) -> str:
        return self.external_id
