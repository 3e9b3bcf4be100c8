"""A run that worked out what the graph of the book says of customers: when it stands for, and how far it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GraphRun(models.Model):
    """One graph as of one instant. It names no customer: only how many, and the last one that was looked at."""

    source = models.CharField(_("source"), max_length=20)
    as_of = models.DateTimeField(_("as of"))
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    parties = models.PositiveIntegerField(_("customers in the graph"), default=0)
    links = models.JSONField(_("links by kind"), default=dict)
    bads = models.PositiveIntegerField(_("known to be bad"), default=0)
    due = models.PositiveIntegerField(_("people who consent"), default=0)
    looked_at = models.PositiveIntegerField(_("looked at"), default=0)
    recorded = models.PositiveIntegerField(_("recorded for"), default=0)
    closed = models.JSONField(_("closed by cause"), default=dict)
    last_customer = models.BigIntegerField(_("last customer"), default=0)

    class Meta:
        verbose_name = _("run of the graph of customers")
        verbose_name_plural = _("runs of the graph of customers")
        constraints = [
            # An instant has one graph of a source: a run that was cut short goes on as it began.
            models.UniqueConstraint(name="graph_run_once", fields=["source", "as_of"])
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.as_of:%Y-%m-%d}"
