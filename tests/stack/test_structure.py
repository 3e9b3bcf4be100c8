"""The shape of the project: directions of imports, and no file that everybody touches."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("riskengine", "monitoring", "rules", "scoring", "lending", "audit")
LINES_MOST = 300
CONTRACTS = {"one-way", "apps-do-not-import-the-project", "pure"}


def python_files() -> list[Path]:
    folders = [ROOT / name for name in (*PACKAGES, "tests", "benchmarks")]
    found = [path for folder in folders for path in folder.rglob("*.py") if "migrations" not in path.parts]
    return [ROOT / "manage.py", *found]


def lint_imports(config: Path = ROOT / "pyproject.toml") -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    command = [str(program), "--config", str(config), "--no-cache"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_imports_point_one_way() -> None:
    done = lint_imports()
    assert done.returncode == 0, done.stdout
    assert f"{len(CONTRACTS)} kept" in done.stdout or " 0 broken" in done.stdout


def test_an_import_against_the_arrows_is_seen(tmp_path: Path) -> None:
    config = tmp_path / "pyproject.toml"
    layers = 'layers = ["audit", "lending", "scoring", "rules", "monitoring"]'
    config.write_text(
        f'[tool.importlinter]\nroot_packages = {list(PACKAGES)}\n[[tool.importlinter.contracts]]\nid = "x"\n'
        f'name = "The wrong way round"\ntype = "layers"\n{layers}\n'.replace("'", '"')
    )
    assert "BROKEN" in lint_imports(config).stdout


def test_every_contract_is_in_force() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    assert all(f'id = "{contract}"' in text for contract in CONTRACTS)


def test_no_file_is_longer_than_300_lines() -> None:
    long = {str(path.relative_to(ROOT)): count for path in python_files() if (count := _lines(path)) > LINES_MOST}
    assert not long


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "misc.py"])
def test_no_file_is_a_drawer(name: str) -> None:
    assert not [path for path in python_files() if path.name == name]


def test_every_module_says_why_it_exists() -> None:
    def begins_with_words(path: Path) -> bool:
        lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
        return not lines or lines[0].startswith('"""')

    assert [str(path.relative_to(ROOT)) for path in python_files() if not begins_with_words(path)] == []


def test_nothing_pickles() -> None:
    words = ("import pickle", "import joblib", "import shelve", "import dill", "import marshal")
    ours = [path for path in python_files() if path.is_relative_to(ROOT) and "tests" not in path.parts]
    assert [str(path) for path in ours if any(word in path.read_text() for word in words)] == []


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())
