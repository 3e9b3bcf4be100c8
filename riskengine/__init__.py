"""The project package: composes the apps."""

from riskengine.celery import app as celery_app

__all__ = ["celery_app"]
