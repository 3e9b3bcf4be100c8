"""Health codes through Celery: those due are looked at again, and the next key is made in time."""

from collections.abc import Sequence

from celery import shared_task
from django.utils import timezone

from monitoring.services.health.due import due_on_change, due_work
from monitoring.services.health.keys import keys_rotate


@shared_task(name="monitoring.health_due_task")
def health_due_task() -> None:
    """Look again at customers whose code waits for it: after a cure, a correction, a dispute, an override's end."""
    due_work(timezone.now())


@shared_task(name="monitoring.health_keys_task")
def health_keys_task() -> None:
    """Make the next signing key where the last one ends soon."""
    keys_rotate(at=timezone.now())


def book_changed(customer_ids: Sequence[int]) -> None:
    """Facts about customers came in: their codes are due."""
    due_on_change(customer_ids, timezone.now())
