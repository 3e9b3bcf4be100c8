"""Every text of ours has a Chinese translation, and the compiled catalogue is the one that was written."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
PACKAGES = ("audit", "lending", "scoring", "rules", "monitoring", "riskengine")
CALLS = {"gettext", "gettext_lazy", "gettext_noop", "_"}
PLURAL_CALLS = {"ngettext", "ngettext_lazy"}
IN_TEMPLATE = re.compile(r"\b(gettext|ngettext)\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w*)\}")


def messages_of_python(path):
    aliases = {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            aliases |= {alias.asname or alias.name: alias.name for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = aliases.get(node.func.id)
            first = node.args[0] if node.args else None
            if name in CALLS | PLURAL_CALLS and isinstance(first, ast.Constant):
                yield first.value


def messages_of_template(path):
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for _function, literal in IN_TEMPLATE.findall(source):
        yield ast.literal_eval(literal)


def messages():
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts:
                found |= dict.fromkeys(messages_of_python(path), path)
        for path in (ROOT / package).rglob("*.html"):
            found |= dict.fromkeys(messages_of_template(path), path)
    for path in (ROOT / "templates").rglob("*.html"):
        found |= dict.fromkeys(messages_of_template(path), path)
    return found


def entries():
    """(msgid, plural, translation) of the written catalogue."""
    for block in (LOCALE / "django.po").read_text(encoding="utf-8").strip().split("\n\n"):
        parts = {"msgid": "", "msgid_plural": "", "msgstr": ""}
        present = ""
        for line in block.split("\n"):
            found = re.match(r'(msgid_plural|msgid|msgstr)(?:\[0\])? (".*")$', line)
            if found:
                present = found[1]
                parts[present] += ast.literal_eval(found[2])
            elif line.startswith('"') and present:
                parts[present] += ast.literal_eval(line)
        yield parts["msgid"], parts["msgid_plural"], parts["msgstr"]


@pytest.fixture(scope="module")
def written():
    return {source: translation for source, _plural, translation in entries()}


def test_every_text_has_a_chinese_translation(written):
    missing = {source: str(path.relative_to(ROOT)) for source, path in messages().items() if not written.get(source)}
    assert not missing, f"Run makemessages and translate: {missing}"


def test_enough_texts_were_found_to_speak_of_all():
    assert len(messages()) > 700


def test_no_translation_is_left_unsure():
    assert "#, fuzzy" not in (LOCALE / "django.po").read_text(encoding="utf-8")


def test_translations_keep_their_placeholders():
    wrong = []
    for source, plural, translation in entries():
        if source:
            allowed = set(PLACEHOLDER.findall(source)) | set(PLACEHOLDER.findall(plural))
            found = set(PLACEHOLDER.findall(translation))
            if not found <= allowed or (not plural and found != set(PLACEHOLDER.findall(source))):
                wrong.append(source)
    assert not wrong


def test_the_compiled_catalogue_is_fresh(written):
    with (LOCALE / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    plain = {key[0] if isinstance(key, tuple) else key: value for key, value in compiled.items()}
    assert {source: text for source, text in plain.items() if source} == {s: t for s, t in written.items() if s and t}
