"""What the roles are called; their groups keep the short names that commands and files use."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROLES: dict[str, str | Promise] = {
    "maker": _("Maker: writes policy and asks for approval"),
    "checker": _("Checker: approves what others wrote"),
    "reviewer": _("Reviewer: decides referred applications, works on warnings"),
    "modeller": _("Modeller: trains and proposes models"),
    "auditor": _("Auditor: looks at everything"),
    "administrator": _("Administrator: accounts, keys, products"),
}
SHORT: dict[str, str | Promise] = {
    "maker": _("Maker"),
    "checker": _("Checker"),
    "reviewer": _("Reviewer"),
    "modeller": _("Modeller"),
    "auditor": _("Auditor"),
    "administrator": _("Administrator"),
}


def role_words(name: str) -> str:
    """A role with what it is for; a group of the lender's own by its name."""
    return str(ROLES.get(name, name))


def role_name(name: str) -> str:
    """A role in one word; a group of the lender's own by its name."""
    return str(SHORT.get(name, name))
