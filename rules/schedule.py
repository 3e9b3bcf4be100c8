"""How often beat keeps portraits; the settings merge this into CELERY_BEAT_SCHEDULE."""

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    # Portraits as of the end of the month before: what was known by then will not change any more.
    "rules-portraits-month": {
        "task": "rules.portraits_month_task",
        "schedule": crontab(day_of_month="1", hour="2", minute="30"),
    },
}
