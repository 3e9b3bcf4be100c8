"""Training asked for in the admin: what was asked, how far it is, how it ended. PostgreSQL is the queue of record."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import User
from lending.models import Product
from scoring.models.model_package import ModelPackage


class TrainingJob(models.Model):
    """One run of training. The table is a file of the configured folder, or held here until the run has ended."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        RUNNING = "RUNNING", _("Running")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")
        CANCELLED = "CANCELLED", _("Cancelled")

    class Monotone(models.TextChoices):
        """Where the directions come from that a model is held to."""

        CATALOGUE = "catalogue", _("the catalogue's")
        AUTO = "auto", _("inferred from the rows")
        NONE = "none", _("none")

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20)
    file_name = models.CharField(_("data file"), max_length=200)
    upload = models.BinaryField(_("uploaded data"), null=True)
    target = models.CharField(_("target"), max_length=100)
    seed = models.PositiveIntegerField(_("seed"), default=42)
    folds = models.PositiveSmallIntegerField(_("folds"), default=5)
    drop = models.JSONField(_("columns left out"), default=list, blank=True)
    waivers = models.JSONField(_("waived suspicions"), default=dict, blank=True)
    purpose = models.CharField(
        _("purpose"), max_length=20, choices=ModelPackage.Purpose, default=ModelPackage.Purpose.MAIN
    )
    date_column = models.CharField(_("column of dates"), max_length=100, blank=True)
    monotone = models.CharField(_("directions"), max_length=20, choices=Monotone, default=Monotone.CATALOGUE)
    where = models.CharField(_("rows that train"), max_length=500, blank=True)
    has_own_names = models.BooleanField(_("columns are the catalogue's own"), default=False)
    is_compared = models.BooleanField(_("compared with the other kinds"), default=False)
    statement = models.JSONField(_("statement"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(_("percent"), default=0)
    progress = models.JSONField(_("progress"), default=list, blank=True)
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    error_text = models.TextField(_("what went wrong"), blank=True)
    package = models.ForeignKey(ModelPackage, models.PROTECT, null=True, related_name="+", verbose_name=_("model"))
    created_at = models.DateTimeField(_("asked"))
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        constraints = [
            # What ended well has a model to show; nothing else has.
            models.CheckConstraint(
                name="training_job_done_has_model",
                condition=models.Q(state="DONE", package__isnull=False)
                | (~models.Q(state="DONE") & models.Q(package__isnull=True)),
            ),
            # Uploaded rows are kept no longer than they are needed.
            models.CheckConstraint(
                name="training_job_upload_forgotten",
                condition=models.Q(state__in=["WAITING", "RUNNING"]) | models.Q(upload__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name
