"""How often beat looks after trainings; the settings merge this into CELERY_BEAT_SCHEDULE. Imports nothing.

Pages publish nothing themselves: what is asked for waits in its row until the next sweep.
"""

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "scoring-training-sweep": {"task": "scoring.training_sweep_task", "schedule": 5.0, "options": {"expires": 5}},
}
