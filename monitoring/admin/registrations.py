"""What this app's objects and log entries are called."""

from django.utils.translation import gettext_lazy as _

from audit.admin.error_words import words_register
from audit.event_words import events_register
from audit.object_pages import page_register

page_register("early_warning", name=_("Early warning"), url_name="admin:monitoring_earlywarning_change")
page_register("drift_report", name=_("Drift report"), url_name="admin:monitoring_driftreport_change")
# A proposal is shown with its product's drift, so the log names it by the product.
page_register("retraining_proposal", name=_("Retraining proposal"), url_name="admin:monitoring_driftreport_product")
page_register("review_run", name=_("Review"), url_name="admin:monitoring_reviewrun_change")
page_register("trigger_report", name=_("Report on triggers"), url_name="admin:monitoring_triggerreport_change")

events_register(
    "reviews",
    _("Reviews and early warnings"),
    {
        "review.started": _("Review started"),
        "review.ended": _("Review ended"),
        "review.reopened": _("Review opened again"),
        "warning.closed": _("Early warning closed"),
        "triggers.reported": _("Triggers measured"),
        "labels.exported": _("Labels of cases handed out as a file"),
    },
)
events_register(
    "drift",
    _("Drift and retraining"),
    {"drift.reported": _("Drift reported"), "drift.retraining": _("Model proposed from matured outcomes")},
)
words_register(
    {
        "reads_unrecorded": _(
            "It reads alternative data that no decision reads, so none of it is on record. Let the rules name it first."
        )
    }
)
