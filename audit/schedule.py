"""How often beat starts the audit tasks; the settings merge this into CELERY_BEAT_SCHEDULE. Imports nothing."""

# A task that waits longer than its period is dropped: the next one does its work.
BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "audit-checkpoint": {"task": "audit.checkpoint_task", "schedule": 30.0, "options": {"expires": 30}},
    "audit-outbox-deliver": {"task": "audit.outbox_deliver_task", "schedule": 5.0, "options": {"expires": 5}},
}
