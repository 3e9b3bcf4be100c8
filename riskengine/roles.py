"""Who may do what in the admin: six roles as groups. Nobody holds two sides of an approval by role alone."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

Grants = dict[str, tuple[str, ...]]
"""Codenames of permissions by app; `view_*` stands for the view permission of every model of the app."""

VIEW_POLICY: Grants = {
    "lending": ("view_*",),
    "rules": ("view_*",),
    "scoring": ("view_*",),
    "monitoring": ("view_*",),
    "audit": ("view_governeddocument",),
}
GOVERN: Grants = {"audit": ("add_governeddocument", "change_governeddocument")}
"""Writes small policies and asks for their approval."""
STOP = ("add_emergencystop",)
"""Whoever sees that decisions go wrong may stop them."""
VIEW_APPROVALS: Grants = {"audit": ("view_approval",)}

ROLES: dict[str, tuple[Grants, ...]] = {
    # Writes policy and asks for its approval.
    "maker": (
        VIEW_POLICY,
        VIEW_APPROVALS,
        GOVERN,
        {
            "rules": ("add_rulesetversion", "change_rulesetversion", "delete_rulesetversion", *STOP),
            # Lists, and changes of loans.
            "lending": ("add_listentry", "add_loanchangerequest"),
            "scoring": ("add_catalogueversion", "change_catalogueversion"),
            # Asks for pauses of loans and puts forward the upgrades that the system proposes.
            "monitoring": ("add_loanpause", "change_loanpause", "change_categoryupgrade", "work_productcase"),
        },
    ),
    # Approves or rejects what others ask for.
    "checker": (VIEW_POLICY, VIEW_APPROVALS, {"audit": ("check_approval",)}),
    # Works the queue: referred applications and early warnings; may read personal data, field by field, on record.
    "reviewer": (
        VIEW_POLICY,
        {
            "monitoring": (
                "add_healthoverride",
                "add_healthlink",
                "change_healthdispute",
                "work_warningcase",
                "decide_diversion",
            ),
            # Agrees on a restructuring with the customer; says whether two customers are one person.
            "lending": ("add_loanchangerequest", "change_suspectedduplicate"),
            "rules": ("work_referral", *STOP),
            "audit": ("reveal_personal_data",),
        },
    ),
    # Registers models and catalogues and asks for their approval.
    "modeller": (
        VIEW_POLICY,
        VIEW_APPROVALS,
        GOVERN,
        {
            "scoring": ("add_modelpackage", "change_modelpackage", "add_catalogueversion", "change_catalogueversion"),
            "monitoring": ("work_productcase",),
        },
    ),
    # Sees everything, changes nothing.
    "auditor": (VIEW_POLICY, {"audit": ("view_*",), "auth": ("view_group",)}),
    # Keeps users, API keys, products and schedules; has no hand in rules.
    "administrator": (
        {
            "audit": (
                *("view_user", "add_user", "change_user"),
                *("view_apiclient", "add_apiclient", "change_apiclient", "view_apikey", "add_apikey", "change_apikey"),
                *("view_outboxmessage", "change_outboxmessage"),
            ),
            "auth": ("view_group",),
            "lending": (
                *("view_product", "add_product", "change_product"),
                *("view_region", "add_region", "change_region"),
                *("view_booksource", "add_booksource", "view_bookmapping", "add_bookmapping"),
                *("view_bookimport", "add_bookimport"),
            ),
            # Who may be shown a health code, and what signs it.
            "monitoring": (
                *("view_healthkey", "change_healthkey"),
                *("view_healthrecipient", "change_healthrecipient"),
            ),
            # Who may decide how much; a checker approves it.
            "rules": ("view_reviewauthority", "add_reviewauthority", "change_reviewauthority"),
            "django_celery_beat": ("view_periodictask", "change_periodictask", "view_crontabschedule"),
            "axes": ("view_*",),
        },
    ),
}


class UnknownPermissionError(LookupError):
    """A role names a permission that no model defines: a typing error here, or a model that is gone."""


@transaction.atomic
def roles_ensure() -> dict[str, Group]:
    """Make the groups, with exactly these permissions; returns them by role."""
    groups = {}
    for role, grants in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(role_permissions(grants))
        groups[role] = group
    return groups


def role_permissions(grants: Iterable[Grants]) -> list[Permission]:
    """The permissions behind the grants. Raises UnknownPermissionError."""
    found: list[Permission] = []
    for grant in grants:
        for app, codenames in grant.items():
            for codename in codenames:
                found.extend(_permissions(app, codename))
    return found


def _permissions(app: str, codename: str) -> list[Permission]:
    wanted = Q(codename__startswith="view_") if codename == "view_*" else Q(codename=codename)
    permissions = list(Permission.objects.filter(wanted, content_type__app_label=app))
    if not permissions:
        raise UnknownPermissionError(f"{app}.{codename}")
    return permissions
