"""Models and the variable catalogue in the admin: to read; what changes them are services."""

from scoring.admin.catalogues import CatalogueVersionAdmin
from scoring.admin.models import ModelPackageAdmin

__all__ = ["CatalogueVersionAdmin", "ModelPackageAdmin"]
