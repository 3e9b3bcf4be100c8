"""`manage.py otp_enrol USERNAME`: give a member of staff a device for one-time passwords."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from audit.models import User
from audit.services.log import actor_user, entry_append


class Command(BaseCommand):
    """Replaces the person's device; the old one stops working."""

    help = "Enrol a device for one-time passwords and print the address to put into an authenticator app."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *_args: Any, username: str, **_options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username!r}.", returncode=2)
        with transaction.atomic():
            TOTPDevice.objects.filter(user=user).delete()
            device = TOTPDevice.objects.create(user=user, name="authenticator", confirmed=True)
            entry_append(
                kind="user.otp_enrolled",
                object_type="user",
                object_id=str(user.pk),
                actor=actor_user(user),
                payload={"by": "command line"},
                recorded_at=timezone.now(),
            )
        self.stdout.write(device.config_url)
