"""The Celery application; tasks are found in each app's `tasks` module."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import worker_init, worker_process_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskengine.settings")
app = Celery("riskengine")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _load_before_fork(**_: object) -> None:
    """Load once what every child needs: a child that takes seconds to say that it is up is ended."""
    import xgboost  # noqa: F401

    import riskengine.urls  # noqa: F401


@worker_process_init.connect
def _warm(**_: object) -> None:
    from riskengine.warm import process_warm  # needs the apps, which Celery sets up first

    process_warm()


@worker_ready.connect
def _say_ready(**_: object) -> None:
    """Leave a file for the launcher: a worker has no port to ask."""
    if flag := os.environ.get("WORKER_READY_FILE"):
        Path(flag).touch()
