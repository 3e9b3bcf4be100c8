"""Imports of the book through Celery: a task works on one, a sweep takes over from dead workers. Ids only."""

from celery import shared_task
from django.utils import timezone

from lending.services.book_imports.pulls import pulls_ask
from lending.services.book_imports.running import import_run, imports_open

SWEEP_SECONDS = 15
"""As in `lending.schedule`."""


@shared_task(name="lending.book_import_task", acks_late=False)
def book_import_task(book_import_id: int) -> None:
    """Work on one import until nothing of it is left; several may do so at once."""
    import_run(book_import_id=book_import_id, now=timezone.now)


@shared_task(name="lending.book_import_sweep_task")
def book_import_sweep_task() -> None:
    """Have every open import worked on. A message that nobody takes before the next sweep expires."""
    for book_import_id in imports_open():
        book_import_task.apply_async((book_import_id,), expires=SWEEP_SECONDS)


@shared_task(name="lending.book_pull_task")
def book_pull_task() -> None:
    """Ask for the fetches whose time has come; the sweep has what is asked for worked on."""
    pulls_ask(timezone.now())
