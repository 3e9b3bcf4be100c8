"""Models and the variable catalogue in the admin: to read, and to put forward and approve through their services."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.admin.error_words import words_register
from audit.event_words import events_register
from audit.object_pages import page_register
from lending.models import ConsentScope
from scoring.admin.alternative import ValueReportAdmin
from scoring.admin.catalogues import CatalogueVersionAdmin
from scoring.admin.models import ModelPackageAdmin
from scoring.admin.training import TrainingJobAdmin
from scoring.models import CatalogueVersion, ModelPackage, TrainingJob, ValueReport


def _catalogue_label(object_id: str) -> str | None:
    if not object_id.isdecimal():
        return None
    number = CatalogueVersion.objects.filter(pk=object_id).values_list("number", flat=True).first()
    return None if number is None else gettext("Variable catalogue %(number)s") % {"number": number}


def _model_label(object_id: str) -> str | None:
    if not object_id.isdecimal():
        return None
    name = ModelPackage.objects.filter(pk=object_id).values_list("name", flat=True).first()
    return None if name is None else gettext("Model %(name)s") % {"name": name}


def _value_report_label(object_id: str) -> str | None:
    report = ValueReport.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return None if report is None else gettext("Value report of %(name)s") % {"name": ConsentScope(report.source).label}


page_register(
    "catalogue_version",
    name=_("Variable catalogue"),
    url_name="admin:scoring_catalogueversion_change",
    label=_catalogue_label,
    decide_url_name="admin:scoring_cataloguedraft_approve",
)


def _training_label(object_id: str) -> str | None:
    if not object_id.isdecimal():
        return None
    return TrainingJob.objects.filter(pk=object_id).values_list("name", flat=True).first()


page_register(
    "training_job",
    name=_("Training"),
    url_name="admin:scoring_trainingjob_change",
    label=_training_label,
)
page_register(
    "model_package",
    name=_("Model"),
    url_name="admin:scoring_modelpackage_change",
    label=_model_label,
    decide_url_name="admin:scoring_modelpackage_approval",
)
page_register(
    "value_report", name=_("Value report"), url_name="admin:scoring_valuereport_change", label=_value_report_label
)

events_register(
    "scoring",
    _("Models and variables"),
    {
        "model.registered": _("Model registered"),
        "training.asked": _("Training asked for"),
        "training.cancelled": _("Training cancelled"),
        "model.approved": _("Model approved"),
        "model.challenger": _("Model became challenger"),
        "model.champion": _("Model became champion"),
        "model.retired": _("Model retired"),
        "catalogue.registered": _("Variable catalogue registered"),
        "catalogue.live": _("Variable catalogue live"),
        "catalogue.replaced": _("Variable catalogue replaced"),
        "catalogue_draft.drafted": _("Draft of the variable catalogue made"),
        "catalogue_draft.edited": _("Draft of the variable catalogue changed"),
        "catalogue_draft.submitted": _("Draft of the variable catalogue submitted"),
        "catalogue_draft.discarded": _("Draft of the variable catalogue discarded"),
        "portraits.saved": _("Portraits kept"),
        "value_report.kept": _("Value report kept"),
    },
)
words_register(
    {
        "model_not_candidate": _("This model is the champion already."),
        "model_role_impossible": _("A model in this state cannot become that."),
        "model_role_changed": _("Another role is asked for by now. Read the request again."),
        "training_asked_wrongly": _("This cannot be trained: the file, its size or the kind of model is not allowed."),
        "training_ended": _("The training has ended already."),
        "foreign_booster_broken": _("The booster cannot be read."),
        "foreign_objective_unsupported": _("Only boosters of trees with the objective binary:logistic are taken."),
        "foreign_mapping_wrong": _("The mapping does not fit the booster or the catalogue:"),
        "foreign_rows_wrong": _(
            "The rows prove nothing: they cannot be read, are fewer than 50, lack a column, or neither hold outcomes"
            " nor come with odds."
        ),
        "foreign_parity_failed": _("The model predicts otherwise here than elsewhere. Rows that differ:"),
        "model_reason_missing": _("Say why the model is retired."),
        "model_not_submitted": _("This model is not waiting for approval."),
        "model_changed": _("The stored bytes are not those that the hash names. Tell an administrator."),
        "model_reads_forbidden": _("The model reads what it may not:"),
        "fairness_missing": _(
            "Fairness was not measured by the attributes that the policy names, so this cannot go further. Train it"
            " through the catalogue on a table that holds them, or measure it anew."
        ),
        "fairness_flagged": _(
            "Groups fare unequally, or too little is known to tell. Compliance must record the necessity, the search"
            " for less discriminatory alternatives and an expiry first."
        ),
        "unknown_attribute": _("This is not an attribute that can be tested."),
        "model_not_stated": _(
            "Nobody has said over which time and of what this model predicts. Register it with both."
        ),
        "model_not_kept": _(
            "Nobody has said who answers for this model, by when it is validated anew, or when it is taken out of use."
            " Have it approved as a setting first: the model's page leads there."
        ),
        "model_validation_overdue": _(
            "The day has passed by which this model was to be validated anew. Validate it and have the next day"
            " approved as a setting first: the model's page leads there."
        ),
        "model_golden_rows_differ": _("The model does not score its own golden rows bit for bit here. Do not use it."),
        "model_package_broken": _("The package cannot be read."),
    }
)

__all__ = ["CatalogueVersionAdmin", "ModelPackageAdmin", "TrainingJobAdmin", "ValueReportAdmin"]
