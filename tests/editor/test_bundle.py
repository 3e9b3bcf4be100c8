"""The editor that is shipped is built from the sources beside it, is small, and names whose work it holds."""

import gzip
import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB, BUILT = ROOT / "web", ROOT / "static/riskengine/editor"
BESIDE = ("build.mjs", "package.json", "package-lock.json", "tsconfig.json")
LIMIT_BYTES = 350_000


def digest(web: Path = WEB) -> str:
    """SHA-256 over names, lengths and contents, as web/build.mjs writes it."""
    files = [file for file in (web / "src").rglob("*") if file.is_file()] + [web / name for name in BESIDE]
    found = hashlib.sha256()
    for name, file in sorted((file.relative_to(web).as_posix(), file) for file in files):
        content = file.read_bytes()
        found.update(f"{name}\n{len(content)}\n".encode() + content)
    return found.hexdigest()


def test_it_is_built_from_the_sources_beside_it():
    assert (BUILT / "sources.sha256").read_text().strip() == digest(), "run `make editor` and commit what it writes"


def test_the_digest_sees_every_change_of_a_source(tmp_path):
    for file in [*(WEB / name for name in BESIDE), WEB / "src/main.tsx"]:
        copy = tmp_path / file.relative_to(WEB)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
    before = digest(tmp_path)
    (tmp_path / "src/main.tsx").write_text("// another\n")
    assert digest(tmp_path) != before


def test_it_is_small_enough_to_arrive_quickly():
    files = [*BUILT.glob("*.js"), *BUILT.glob("*.css")]
    assert {file.suffix for file in files} == {".js", ".css"}
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= LIMIT_BYTES


def test_it_evaluates_no_text():
    """The policy for scripts refuses it: a library that needs it would fail in the browser only."""
    text = "".join(file.read_text() for file in BUILT.glob("*.js"))
    assert not re.search(r"\bnew Function\(|[^\w.]eval\(", text)
    assert "sourceMappingURL" not in text


def test_it_names_every_package_it_holds_with_its_licence():
    text = (BUILT / "LICENSES.txt").read_text()
    for name, version in json.loads((WEB / "package.json").read_text())["dependencies"].items():
        assert re.search(rf"^{re.escape(name)} {re.escape(version)} \(MIT\)$", text, re.MULTILINE), name


def test_the_lock_names_versions_and_digests_but_no_place():
    text = (WEB / "package-lock.json").read_text()
    assert '"resolved"' not in text
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())


def test_no_source_of_the_editor_is_longer_than_three_hundred_lines():
    long = [file.name for file in (WEB / "src").rglob("*.*") if len(file.read_text().splitlines()) > 300]
    assert long == []
