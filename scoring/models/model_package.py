"""Registered models."""

from django.db import models
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import Product


class ModelPackage(models.Model):
    """A trained model with all it takes to check and use it, named by the hash of its bytes."""

    class State(models.TextChoices):
        """Approved ones wait; challengers are measured beside the champion; the champion alone scores customers."""

        CANDIDATE = "CANDIDATE", _("Candidate")
        APPROVED = "APPROVED", _("Approved")
        CHALLENGER = "CHALLENGER", _("Challenger")
        CHAMPION = "CHAMPION", _("Champion")
        RETIRED = "RETIRED", _("Retired")

    class Purpose(models.TextChoices):
        """What a model is for: each purpose of a product has a champion of its own."""

        MAIN = "MAIN", _("Main score")
        THIN_FILE = "THIN_FILE", _("Customers without credit history")
        AMOUNT_CONTROL = "AMOUNT_CONTROL", _("Amount control")
        POST_LOAN = "POST_LOAN", _("Loans paid out")

    product = models.ForeignKey(Product, models.PROTECT, related_name="model_packages", verbose_name=_("product"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20)
    content_hash = models.CharField(_("content hash"), max_length=64, unique=True)
    package = models.BinaryField(_("package"))
    card = models.JSONField(
        _("card"), help_text=_("Horizon, definition of bad, sample odds, features, metrics, training data")
    )
    # Read off the card, which is part of the bytes that are approved: no second place could say otherwise.
    purpose = models.GeneratedField(
        verbose_name=_("purpose"),
        expression=Coalesce(KT("card__purpose"), models.Value("MAIN", models.TextField())),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CANDIDATE)
    approval = models.OneToOneField(
        Approval, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval")
    )
    retired_because = models.TextField(_("why retired"), blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        constraints = [
            # Decisions of a product are scored by one model, or by one for each purpose.
            models.UniqueConstraint(
                name="model_one_champion", fields=["product", "purpose"], condition=models.Q(state="CHAMPION")
            ),
            # No rule could ever choose another.
            models.CheckConstraint(
                name="model_purpose_known",
                condition=models.Q(purpose__in=["MAIN", "THIN_FILE", "AMOUNT_CONTROL", "POST_LOAN"]),
            ),
            # Nothing scores a customer unapproved, nor is measured beside what does.
            models.CheckConstraint(
                name="model_in_use_is_approved",
                condition=~models.Q(state__in=["APPROVED", "CHALLENGER", "CHAMPION"])
                | models.Q(approval__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
