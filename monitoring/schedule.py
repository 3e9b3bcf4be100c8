"""How often beat starts the reviews; the settings merge this into CELERY_BEAT_SCHEDULE."""

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    # Each product is reviewed as of its own yesterday.
    "monitoring-review-portfolio": {"task": "monitoring.review_portfolio_task", "schedule": crontab(hour=1, minute=30)},
    # Before the reviews, which read the events.
    "monitoring-trigger-events": {"task": "monitoring.trigger_events_task", "schedule": crontab(hour=0, minute=50)},
    # Every day, for whichever product a month or week has ended and no report is there yet.
    "monitoring-drift": {"task": "monitoring.drift_report_task", "schedule": crontab(hour=3, minute=10)},
    "monitoring-retraining": {"task": "monitoring.retraining_task", "schedule": crontab(hour=4, minute=10)},
    # After the drift reports: models that nobody validated in time.
    "monitoring-model-validation": {"task": "monitoring.model_validation_task", "schedule": crontab(hour=3, minute=40)},
    # Every day: the month that has become complete, and late facts about the last three.
    "monitoring-regions": {"task": "monitoring.region_months_task", "schedule": crontab(hour=2, minute=40)},
    # Codes that are due by the end of the next working day, and the next signing key.
    "monitoring-health-due": {"task": "monitoring.health_due_task", "schedule": crontab(minute="*/5")},
    "monitoring-health-keys": {"task": "monitoring.health_keys_task", "schedule": crontab(hour=5, minute=10)},
    # Where the money of loans went: what came in since the last minute, and nightly what was missed.
    "monitoring-diversion": {"task": "monitoring.diversion_task", "schedule": 60.0, "options": {"expires": 60}},
    "monitoring-diversion-sweep": {
        "task": "monitoring.diversion_sweep_task",
        "schedule": crontab(hour=2, minute=40),
    },
    # After every review, within a minute of its end.
    "monitoring-portfolio-figures": {
        "task": "monitoring.portfolio_figures_task",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # Customers of whom something new is known: within five minutes, also where a minute is missed.
    "monitoring-review-due": {"task": "monitoring.review_due_task", "schedule": 60.0, "options": {"expires": 60}},
    # A sweep that waits longer than its period is dropped: the next one does its work.
    "monitoring-review-sweep": {
        "task": "monitoring.review_sweep_task",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
}
