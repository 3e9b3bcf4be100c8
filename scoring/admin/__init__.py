"""Models and the variable catalogue in the admin: to read; what changes them are services."""

from django.utils.translation import gettext_lazy as _

from audit.object_pages import page_register
from scoring.admin.catalogues import CatalogueVersionAdmin
from scoring.admin.models import ModelPackageAdmin

page_register("catalogue_version", name=_("Variable catalogue"), url_name="admin:scoring_catalogueversion_change")
page_register("model_package", name=_("Model"), url_name="admin:scoring_modelpackage_change")

__all__ = ["CatalogueVersionAdmin", "ModelPackageAdmin"]
