"""The way back from pages on which a pause or an upgrade is decided."""

from django.utils.translation import gettext as _

from audit.admin.page import Crumb, page_url


def delinquency_crumb() -> Crumb:
    """The way back to all looks."""
    return Crumb(_("Delinquency"), page_url("monitoring_delinquencystate_changelist"))
