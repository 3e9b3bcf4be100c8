"""Drift: frozen references, a report per product and period, its figures, and proposals of new models."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import CustomerStanding, Product
from scoring.models import ModelPackage


class DriftReference(models.Model):
    """The first cases of a model or rule set, counted once and frozen (trigger): what later ones are held against."""

    class Subject(models.TextChoices):
        MODEL = "MODEL", _("Model")
        RULES = "RULES", _("Rules")

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    stage = models.CharField(_("stage"), max_length=10)
    subject = models.CharField(_("subject"), max_length=8, choices=Subject)
    content_hash = models.CharField(_("content hash"), max_length=64)
    cases = models.PositiveIntegerField(_("cases"))
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    document = models.JSONField(_("counts"), help_text=_("Bins and counts, or hits by rule"))
    frozen_at = models.DateTimeField(_("frozen"))

    class Meta:
        verbose_name = _("drift reference")
        verbose_name_plural = _("drift references")
        constraints = [
            # A reference that could be made twice would not be frozen.
            models.UniqueConstraint(name="drift_reference_once", fields=["product", "stage", "subject", "content_hash"])
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.stage} {self.subject}"


class DriftReport(models.Model):
    """What one period of a product looked like beside its references. Written once (trigger), under one policy."""

    class State(models.TextChoices):
        STABLE = "STABLE", _("Stable")
        DRIFTING = "DRIFTING", _("Drifting")
        NOT_ENOUGH_DATA = "NOT_ENOUGH_DATA", _("Not enough data")

    product = models.ForeignKey(Product, models.PROTECT, related_name="drift_reports", verbose_name=_("product"))
    since = models.DateField(_("from"))
    until = models.DateField(_("to"), help_text=_("Last business date of the period; what was known by its end counts"))
    policy_hash = models.CharField(_("policy hash"), max_length=64)
    model_hash = models.CharField(_("model hash"), max_length=64, blank=True)
    rule_set_hash = models.CharField(_("rule set hash"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=16, choices=State)
    level = models.CharField(_("level"), max_length=8, choices=CustomerStanding.Level)
    decisions = models.PositiveIntegerField(_("decisions"))
    matured = models.PositiveIntegerField(_("matured outcomes"))
    notes = models.JSONField(_("notes"), default=list, blank=True, help_text=_("Codes of what limits the report"))
    challengers = models.JSONField(
        _("challengers"), default=list, blank=True, help_text=_("Each beside the champion on the same decisions")
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("drift report")
        verbose_name_plural = _("drift reports")
        constraints = [
            # A period is judged once under one policy, however often it is asked for.
            models.UniqueConstraint(name="drift_report_once", fields=["product", "since", "until", "policy_hash"])
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.since} – {self.until}"


class DriftFigure(models.Model):
    """One figure of a report with its verdict (trigger: never changes)."""

    class Measure(models.TextChoices):
        PSI = "PSI", _("Population stability (PSI)")
        CSI = "CSI", _("Stability of a variable (CSI)")
        HIT_RATE = "HIT_RATE", _("Hit rate of a rule")
        KS = "KS", _("KS on matured outcomes")
        SLOPE = "SLOPE", _("Calibration slope")
        IN_THE_LARGE = "IN_THE_LARGE", _("PDs against outcomes, log odds")
        GRADE = "GRADE", _("Bad rate of a grade")

    report = models.ForeignKey(DriftReport, models.PROTECT, related_name="figures", verbose_name=_("report"))
    stage = models.CharField(_("stage"), max_length=10)
    measure = models.CharField(_("measure"), max_length=14, choices=Measure)
    subject = models.CharField(_("of"), max_length=80, blank=True, help_text=_("Variable, rule or grade"))
    value = models.FloatField(_("value"), null=True)
    reference = models.FloatField(_("reference"), null=True)
    limit = models.FloatField(_("limit"), null=True)
    critical = models.FloatField(_("critical value"), null=True)
    p_value = models.FloatField(_("p-value"), null=True)
    cases = models.PositiveIntegerField(_("cases"))
    reference_cases = models.PositiveIntegerField(_("reference cases"))
    state = models.CharField(_("state"), max_length=16, choices=DriftReport.State)
    is_large = models.BooleanField(_("large"), default=False)
    distribution = models.JSONField(
        _("distribution"), default=dict, blank=True, help_text=_("Bins with the counts of then and now")
    )

    class Meta:
        verbose_name = _("drift figure")
        verbose_name_plural = _("drift figures")
        constraints = [
            models.UniqueConstraint(name="drift_figure_once", fields=["report", "stage", "measure", "subject"])
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.subject}"


class RetrainingProposal(models.Model):
    """What came of asking for a new model from matured outcomes, once a period (trigger). It is never put in use here:
    its candidate waits for a person to put it forward, and for another to approve it."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("Proposed")
        NOT_ENOUGH_DATA = "NOT_ENOUGH_DATA", _("Not enough data")
        REFUSED = "REFUSED", _("Refused by its checks")

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    until = models.DateField(_("as of"))
    state = models.CharField(_("state"), max_length=16, choices=State)
    package = models.ForeignKey(ModelPackage, models.PROTECT, null=True, related_name="+", verbose_name=_("model"))
    outcomes = models.PositiveIntegerField(_("matured outcomes"))
    bads = models.PositiveIntegerField(_("of them bad"))
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    error_text = models.TextField(_("what went wrong"), blank=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("retraining proposal")
        verbose_name_plural = _("retraining proposals")
        constraints = [
            # Asked once for a period, however often the task runs.
            models.UniqueConstraint(name="retraining_once", fields=["product", "until"]),
            # A proposal has a model to show; what is none has none.
            models.CheckConstraint(
                name="retraining_proposed_has_model",
                condition=models.Q(state="PROPOSED", package__isnull=False)
                | (~models.Q(state="PROPOSED") & models.Q(package__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.until}"
