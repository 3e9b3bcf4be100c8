"""How often beat looks for imports to work on; the settings merge this into CELERY_BEAT_SCHEDULE. Imports nothing."""

BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    # New ones, and those whose workers died.
    "lending-book-imports": {
        "task": "lending.book_import_sweep_task",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    # Sources whose time has come.
    "lending-book-pulls": {"task": "lending.book_pull_task", "schedule": 60.0, "options": {"expires": 60}},
}
