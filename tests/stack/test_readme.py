"""The README's commands and code blocks, run as a new user would run them, against a stack with the demo."""

import json
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import get_commands, load_command_class

from tests.factories.stack import Launcher, launcher

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)
ADDRESS = "http://127.0.0.1:8000"
FIRST_SCREEN = 25
ROWS = re.findall(r"^\| `([a-z_]+ --[^`]+)` \|", README, re.MULTILINE)
ROLES = {"maker", "checker", "reviewer", "senior_reviewer", "modeller", "auditor", "administrator"}


class Block(NamedTuple):
    """A command of the README, and the answer printed below it, if one is."""

    command: str
    answer: str


def blocks() -> list[Block]:
    """Every shell block that neither starts nor tests the whole, with the JSON block right after it."""
    found = [(match[1], match[2]) for match in FENCE.finditer(README)]
    following = [*found[1:], ("", "")]
    return [
        Block(text, after if kind == "json" else "")
        for (language, text), (kind, after) in zip(found, following, strict=True)
        if language == "sh" and not text.startswith("make ")
    ]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with launcher(tmp_path_factory.mktemp("readme") / "var") as made:
        made.start()
        yield made


def test_the_first_two_commands_are_run_and_test() -> None:
    commands = [match[2].strip() for match in FENCE.finditer(README) if match[1] == "sh"]
    assert commands[:2] == ["make run", "make test"] or commands[0].split("\n") == ["make run", "make test"]


def test_the_first_screen_ends_at_the_address() -> None:
    assert ADDRESS in "\n".join(README.splitlines()[:FIRST_SCREEN])


@pytest.mark.parametrize("target", sorted(set(MAKE.findall(README))))
def test_every_make_command_named_exists_and_is_listed(target: str) -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert f"make {target} " in done.stdout


@pytest.mark.parametrize("line", ROWS, ids=lambda line: line.split()[0])
def test_a_command_of_the_table_is_used_as_it_wants_to_be_used(line: str) -> None:
    name, *arguments = shlex.split(line)
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    parser.parse_args(arguments)
    assert [word for word in arguments if word.startswith("data/") and not (ROOT / word).exists()] == []


def test_the_table_names_commands() -> None:
    assert len(ROWS) >= 8


def test_every_file_linked_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="NO CURL: the README's calls are not run")
@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.command.split("\n")[0][:60])
def test_a_block_runs_and_answers_as_printed(stack: Launcher, block: Block) -> None:
    command = block.command.replace(ADDRESS, stack.base).replace("var/", f"{stack.var}/")
    command = command.replace(".venv/bin/python", sys.executable)
    shell = ["bash", "-euo", "pipefail", "-c", command]
    done = subprocess.run(shell, cwd=ROOT, env=stack.environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    if "curl" in command:
        assert '"status":4' not in done.stdout, done.stdout
    if block.answer:
        printed, given = json.loads(block.answer), json.loads(done.stdout)
        assert list(printed) == list(given) and list(printed["offer"]) == list(given["offer"])
        assert printed["outcome"] == given["outcome"]


def test_credentials_are_where_the_readme_says(stack: Launcher) -> None:
    path = stack.var / "demo.json"
    credentials = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert credentials["base_url"] == stack.base
    assert set(credentials["users"]) == ROLES
    assert all(set(user) == {"username", "password"} for user in credentials["users"].values())
    assert credentials["api_key"] != credentials["auditor_api_key"]


def test_the_tour_is_printed_without_secrets(stack: Launcher) -> None:
    credentials = json.loads((stack.var / "demo.json").read_text())
    assert stack.says("Five minutes")
    secrets = [credentials["api_key"], *(user["password"] for user in credentials["users"].values())]
    assert not [secret for secret in secrets if secret in stack.text]


def test_a_second_start_keeps_the_demo_and_is_quick(stack: Launcher) -> None:
    before = (stack.var / "demo.json").read_text()
    stack.stop()
    seconds = stack.start()
    assert (stack.var / "demo.json").read_text() == before
    assert not stack.says("loading the demo")
    assert seconds <= 45, "15 s on a machine of its own; here the rest of the suite runs beside it"
