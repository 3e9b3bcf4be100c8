"""The guide's pages: both languages built alike, small pictures, and after the payout no button the product lacks."""

import gettext
import re
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
WIDE, MOST_BYTES = 1280, 150_000
PAGES = {"en": "guide.md", "zh": "guide.zh.md"}
CHAPTER = {
    "en": ("## After the loan is paid out", "## Emergency stop"),
    "zh": ("## 贷后管理", "## 紧急停用"),
}
NAMED = {"en": r"\*([^*]+)\*", "zh": "“([^”]+)”"}


def text_of(language):
    return (DOCS / PAGES[language]).read_text(encoding="utf-8")


def chapter_of(language):
    first, after = CHAPTER[language]
    text = text_of(language)
    return text[text.index(f"{first}\n") : text.index(f"{after}\n")]


def shape(text):
    """Headings, steps, table rows and pictures in their order, without their words."""
    found = re.findall(r"^ *(#+ |\d+\. |!\[[^\]]*\]\(guide/[\w-]+-(?:en|zh)\.png\))", text, re.MULTILINE)
    return [re.sub(r"!\[[^\]]*\]\((.*)-(?:en|zh)\.png\)", r"\1", part) for part in found]


def labels():
    """What the pages say, in each language: every text of the catalogue, and its translation."""
    path = ROOT / "locale/zh_Hans/LC_MESSAGES/django.mo"
    with path.open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog
    english = {(key[0] if isinstance(key, tuple) else key).rpartition("\x04")[2] for key in known}
    return {"en": english, "zh": set(known.values())}


def unknown_names(text, language):
    plain = re.sub(r"\s+", " ", text.replace("**", ""))
    return sorted(set(re.findall(NAMED[language], plain)) - labels()[language])


def test_both_languages_have_the_same_chapters_steps_and_pictures():
    assert shape(text_of("en")) == shape(text_of("zh"))


@pytest.mark.parametrize("language", PAGES)
def test_every_picture_exists_is_1280_wide_and_small(language):
    names = re.findall(r"\]\((guide/[^)]+)\)", text_of(language))
    assert names
    for name in names:
        path = DOCS / name
        with Image.open(path) as picture:
            assert picture.width == WIDE, name
        assert path.stat().st_size <= MOST_BYTES, name


def test_no_picture_is_left_that_neither_language_shows():
    shown = {name for language in PAGES for name in re.findall(r"\]\(guide/([^)]+)\)", text_of(language))}
    assert {path.name for path in (DOCS / "guide").iterdir()} == shown


@pytest.mark.parametrize("language", PAGES)
def test_after_the_payout_every_name_in_the_guide_stands_on_a_page(language):
    assert unknown_names(chapter_of(language), language) == []


@pytest.mark.parametrize(("language", "step"), [("en", "Press *Next parcel*."), ("zh", "点击“下一包裹”。")])
def test_a_name_that_no_page_has_is_found(language, step):
    assert len(unknown_names(chapter_of(language) + step, language)) == 1


def test_a_step_that_one_language_lacks_is_found():
    english = text_of("en")
    assert shape(english.replace("\n1. Choose *Start*.", "\nChoose *Start*.")) != shape(text_of("zh"))
