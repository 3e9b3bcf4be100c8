"""Rule sets, their versions, and what went live when."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import Product


class RuleSet(models.Model):
    """The policy of one product at one stage; its content lives in versions."""

    class Stage(models.TextChoices):
        PRE_LOAN = "PRE_LOAN", _("Pre-loan")
        POST_LOAN = "POST_LOAN", _("Post-loan")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    product = models.ForeignKey(Product, models.PROTECT, related_name="rule_sets", verbose_name=_("product"))
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        constraints = [
            # A decision must not have to choose between two policies.
            models.UniqueConstraint(name="rule_set_one_per_stage", fields=["product", "stage"])
        ]

    def __str__(self) -> str:
        return self.code


class RuleSetVersion(models.Model):
    """One version: a JSON document, editable as a draft, frozen (trigger) once submitted."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Waiting for approval")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        RETIRED = "RETIRED", _("Retired")

    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="versions", verbose_name=_("rule set"))
    number = models.PositiveIntegerField(_("version"))
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("based on"))
    document = models.JSONField(_("document"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    note = models.TextField(_("what changes and why"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="rule_set_versions", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("last changed"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    # Whoever touched the draft is its maker too: none of them may check it (trigger).
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="edited_versions", blank=True, verbose_name=_("edited by")
    )

    class Meta:
        verbose_name = _("rule set version")
        verbose_name_plural = _("rule set versions")
        constraints = [
            models.UniqueConstraint(name="version_number_once", fields=["rule_set", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set} v{self.number}"


class TsTzRange(models.Func):
    """The instants a row is live: [from, until)."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class RuleSetActivation(models.Model):
    """Going live is a row: which version, from when to when, on whose approval.

    A trigger admits a row only with an approval of exactly this content by somebody who did not write it.
    A start in the future is a row that begins then; a start called off ends when it begins.
    """

    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="activations", verbose_name=_("rule set"))
    version = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="activations", verbose_name=_("version"))
    approval = models.ForeignKey(Approval, models.PROTECT, related_name="+", verbose_name=_("approval"))
    from_at = models.DateTimeField(_("live from"))
    until_at = models.DateTimeField(_("live until"), null=True, blank=True)

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        constraints = [
            # A decision must not have to choose between two live versions.
            models.UniqueConstraint(
                name="activation_one_live_per_rule_set",
                fields=["rule_set"],
                condition=models.Q(until_at__isnull=True),
            ),
            # Nor at any one instant of the past or of a planned future.
            ExclusionConstraint(
                name="activation_never_overlaps",
                expressions=[
                    (TsTzRange("from_at", "until_at", RangeBoundary()), RangeOperators.OVERLAPS),
                    ("rule_set", RangeOperators.EQUAL),
                ],
            ),
            models.CheckConstraint(
                name="activation_ends_after_it_starts",
                condition=models.Q(until_at__isnull=True) | models.Q(until_at__gte=models.F("from_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} from {self.from_at:%Y-%m-%d %H:%M}"
