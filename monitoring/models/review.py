"""Reviews of the portfolio, their chunks and what they found per loan."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.business_dates import business_date_of
from lending.models import Customer, CustomerStanding, Loan, Product


class ReviewRun(models.Model):
    """One review of a product as of an instant with one bundle. Ends only when every loan due is accounted for."""

    class Scope(models.TextChoices):
        ALL = "ALL", _("The whole portfolio")
        DUE = "DUE", _("Loans due by the schedule, and those with news")
        CUSTOMERS = "CUSTOMERS", _("Customers with news")

    class State(models.TextChoices):
        RUNNING = "RUNNING", _("Running")
        COMPLETE = "COMPLETE", _("Complete")
        INCOMPLETE = "INCOMPLETE", _("Ended with failures")

    product = models.ForeignKey(Product, models.PROTECT, related_name="review_runs", verbose_name=_("product"))
    as_of = models.DateTimeField(_("as of"))
    scope = models.CharField(_("what it takes"), max_length=10, choices=Scope, default=Scope.ALL, db_default="ALL")
    bundle_hash = models.CharField(_("bundle hash"), max_length=64)
    bundle = models.JSONField(_("bundle"), help_text=_("Hashes of rule set version, model and catalogue"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.RUNNING)
    due_count = models.PositiveIntegerField(_("due"), default=0)
    done_count = models.PositiveIntegerField(_("done"), default=0)
    failed_count = models.PositiveIntegerField(_("failed"), default=0)
    skipped_count = models.PositiveIntegerField(_("skipped"), default=0)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    counted_at = models.DateTimeField(_("portfolio counted"), null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            # A re-run of the same review must find the first one, not double it.
            models.UniqueConstraint(name="review_run_once", fields=["product", "as_of", "bundle_hash"]),
            # The proof of completeness.
            models.CheckConstraint(
                name="review_run_accounts_for_all",
                condition=models.Q(state="RUNNING")
                | models.Q(due_count=models.F("done_count") + models.F("failed_count") + models.F("skipped_count")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.as_of_day}"

    @property
    def as_of_day(self) -> date:
        """The business date of the product that `as_of` ends."""
        return business_date_of(self.as_of, self.product.timezone)


class ReviewChunk(models.Model):
    """A range of loans reviewed in one transaction. Attempts are counted outside it."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")

    run = models.ForeignKey(ReviewRun, models.CASCADE, related_name="chunks", verbose_name=_("review"))
    number = models.PositiveIntegerField(_("number"))
    first_loan_id = models.BigIntegerField(_("first loan"))
    last_loan_id = models.BigIntegerField(_("last loan"))
    loan_ids = models.JSONField(_("loans"), null=True, blank=True, help_text=_("Only these; empty: all of the range"))
    due_count = models.PositiveIntegerField(_("due"))
    done_count = models.PositiveIntegerField(_("done"), default=0)
    skipped_count = models.PositiveIntegerField(_("skipped"), default=0)
    skips = models.JSONField(_("why skipped"), default=dict, blank=True, help_text=_("Loans by cause"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("part of a review")
        verbose_name_plural = _("parts of reviews")
        constraints = [models.UniqueConstraint(name="review_chunk_once", fields=["run", "number"])]


class ReviewResult(models.Model):
    """What one review found for one loan: PD, rules that hit, level; its portrait, sealed, where there is news.

    The database does not check its two keys row by row: a chunk reads its loans, writes what it found of them and is
    marked done in one transaction, and a million look-ups (each of which also locks a row) took a quarter of a review.
    """

    run = models.ForeignKey(
        ReviewRun,
        models.CASCADE,
        related_name="results",
        db_constraint=False,
        db_index=False,  # the unique constraint begins with it
        verbose_name=_("review"),
    )
    loan = models.ForeignKey(
        Loan, models.CASCADE, related_name="review_results", db_constraint=False, verbose_name=_("loan")
    )
    pd = models.FloatField(_("PD"), null=True)
    grade = models.CharField(_("grade"), max_length=8, blank=True)
    level = models.CharField(_("level"), max_length=8, choices=CustomerStanding.Level)
    rule_codes = models.JSONField(_("rules that hit"), default=list)
    unknown_codes = models.JSONField(_("rules not evaluable"), default=list)
    pattern_hits = models.JSONField(
        _("patterns that hit"), default=list, help_text=_("Code, level, reason and the numbers of the risk events")
    )
    months_late = models.PositiveSmallIntegerField(_("months late"), default=0)
    portrait = models.BinaryField(
        _("portrait"),
        help_text=_("Variables as JSON, sealed under the customer's key; empty where nothing changed"),
    )

    class Meta:
        verbose_name = _("result of a review")
        verbose_name_plural = _("results of reviews")
        constraints = [
            # A chunk that runs twice writes once.
            models.UniqueConstraint(name="review_result_once", fields=["run", "loan"])
        ]
        indexes = [
            # What the page of a review counts of its million wide rows. None over all rows of a run beside that of the
            # constraint: of a run just begun the planner knows nothing, and would count each part through it.
            models.Index(fields=["run"], name="review_result_unscored", condition=models.Q(pd__isnull=True)),
        ]


class LoanReview(models.Model):
    """When a loan was last reviewed and is next due, where its product has a schedule."""

    loan = models.OneToOneField(
        Loan, models.CASCADE, primary_key=True, related_name="review_state", verbose_name=_("loan")
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False, verbose_name=_("product"))
    run = models.ForeignKey(ReviewRun, models.CASCADE, related_name="+", db_index=False, verbose_name=_("last review"))
    reviewed_on = models.DateField(_("last reviewed"))
    segment = models.CharField(_("segment"), max_length=40)
    next_due = models.DateField(_("next due"))

    class Meta:
        verbose_name = _("loan in the review schedule")
        verbose_name_plural = _("loans in the review schedule")
        indexes = [models.Index(fields=["product", "next_due"], name="loan_review_due")]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.next_due}"


class ReviewDue(models.Model):
    """A customer of whom something new is known: to be reviewed again within minutes. The queue of record."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False, verbose_name=_("customer"))
    cause = models.CharField(_("cause"), max_length=40)
    since = models.DateTimeField(_("since"))
    done_at = models.DateTimeField(_("taken up"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer to review again")
        verbose_name_plural = _("customers to review again")
        constraints = [
            # News that come before a customer's turn are one turn.
            models.UniqueConstraint(
                name="review_due_once", fields=["customer"], condition=models.Q(done_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["since"], name="review_due_open", condition=models.Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.cause}"
