"""A command says at once what it lacks: what is heavy is loaded where it is used, the admin's pages with the URLs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("xgboost", "sklearn", "scipy", "optuna", "jieba", "openpyxl", "riskengine.urls")
SCRIPT = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskengine.settings")
import django
from django.core.management import get_commands, load_command_class
django.setup()
ours = ("riskengine", "monitoring", "rules", "scoring", "lending", "audit")
commands = {name: app for name, app in get_commands().items() if app in ours}
for name, app in commands.items():
    load_command_class(app, name)
FURTHER
print(len(commands), *(name for name in NAMES if name in sys.modules))
"""


def loaded(further: str = "") -> list[str]:
    """How many commands there are, and what of HEAVY was loaded to know what each takes."""
    text = SCRIPT.replace("FURTHER", further).replace("NAMES", repr(HEAVY))
    done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_no_command_loads_what_is_heavy_before_it_has_work() -> None:
    count, *heavy = loaded()
    assert int(count) > 30
    assert heavy == []


@pytest.mark.parametrize("name", ["scipy", "openpyxl"])
def test_what_is_loaded_would_be_seen(name: str) -> None:
    assert name in loaded(f"import {name}")
