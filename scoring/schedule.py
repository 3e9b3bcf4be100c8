"""How often beat looks after trainings and graphs; the settings merge this into CELERY_BEAT_SCHEDULE.

Pages publish nothing themselves: what is asked for waits in its row until the next sweep.
"""

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "scoring-training-sweep": {"task": "scoring.training_sweep_task", "schedule": 5.0, "options": {"expires": 5}},
    # Asked every night and worked weekly: what a worker left is gone on with the next night.
    "scoring-graph-features": {"task": "scoring.graph_features_task", "schedule": crontab(hour=3, minute=40)},
}
