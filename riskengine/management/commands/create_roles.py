"""`manage.py create_roles`: the groups of the six roles, for an installation without the demo."""

from typing import Any

from django.core.management.base import BaseCommand

from riskengine.roles import roles_ensure


class Command(BaseCommand):
    help = "Make or refresh the groups maker, checker, reviewer, modeller, auditor and administrator."

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent: a group's permissions are set to those of its role."""
        self.stdout.write(", ".join(sorted(roles_ensure())))
