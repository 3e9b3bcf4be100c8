"""What docs and docstrings name is there: the address of a module outlives the module otherwise."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("audit", "lending", "scoring", "rules", "monitoring", "riskengine")
ADDRESS = re.compile(rf"`((?:{'|'.join(PACKAGES)})(?:\.[A-Za-z_]+)+)(?:\(\))?`")
FILE = re.compile(rf"`((?:{'|'.join(PACKAGES)}|data|docs|templates|tests|benchmarks)/[A-Za-z_/]+(?:\.[a-z]+|/))`")


def texts() -> list[Path]:
    code = [path for name in PACKAGES for path in (ROOT / name).rglob("*.py") if "migrations" not in path.parts]
    return [*code, *(ROOT / "docs").glob("*.md"), ROOT / "README.md"]


def is_there(address: str) -> bool:
    """Whether the longest part that is a module, or an app's models and tasks, have the word that follows it."""
    parts = address.split(".")
    for size in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:size])
        module = next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.exists()), None)
        if module is not None:
            of_app = [*(place / "models").glob("*.py"), *place.glob("tasks.py")] if size == 1 else []
            return size == len(parts) or any(_has(path, parts[size]) for path in (module, *of_app))
    return False


def _has(path: Path, word: str) -> bool:
    return re.search(rf"\b{word}\b", path.read_text()) is not None


def missing(text: str) -> list[str]:
    files = [name for name in FILE.findall(text) if not ((ROOT / name).exists() or (ROOT / "tests" / name).exists())]
    return [*(address for address in ADDRESS.findall(text) if not is_there(address)), *files]


def test_every_address_in_docs_and_docstrings_is_there() -> None:
    found = {str(path.relative_to(ROOT)): gone for path in texts() if (gone := missing(path.read_text()))}
    assert not found


def test_an_address_that_is_gone_is_seen() -> None:
    text = "`rules.services.decisions.making.decision_make` `rules.services.gone` `rules.words.gone` `docs/gone.md`"
    assert missing(text) == ["rules.services.gone", "rules.words.gone", "docs/gone.md"]
