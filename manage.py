#!/usr/bin/env python
"""Django's command line for the decision engine."""

import json
import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def join_running_stack() -> None:
    """Where no servers are named, use those of `make run` in this folder, which leaves their names in `var/`."""
    if "DATABASE_URL" in os.environ:
        return
    var = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent / "var")
    record = var / "stack.json"
    if record.exists():
        for name, value in json.loads(record.read_text()).items():
            os.environ.setdefault(name, value)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskengine.settings")
    join_running_stack()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")
