"""Models and the variable catalogue in the admin: to read; what changes them are services."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.object_pages import page_register
from scoring.admin.catalogues import CatalogueVersionAdmin
from scoring.admin.models import ModelPackageAdmin
from scoring.models import CatalogueVersion, ModelPackage


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


page_register(
    "catalogue_version",
    name=_("Variable catalogue"),
    url_name="admin:scoring_catalogueversion_change",
    label=_catalogue_label,
)
page_register("model_package", name=_("Model"), url_name="admin:scoring_modelpackage_change", label=_model_label)

__all__ = ["CatalogueVersionAdmin", "ModelPackageAdmin"]
