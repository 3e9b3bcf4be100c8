"""Pictures of the guide: a page as it stands, in both languages; written only when asked for."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "docs/guide"
IS_WRITING = bool(os.environ.get("RISKENGINE_SCREENSHOTS"))
LANGUAGES = {"en": "en", "zh": "zh-hans"}
COLOURS = 96


def picture(page: Any, name: str, again: Callable[[], object], height: int = 800) -> None:
    """Writes docs/guide/<name>-<language>.png of the page in each language and leaves it in English.

    `again` brings a page just loaded back to what is to be seen.
    """
    if not IS_WRITING:
        return
    for language in ("zh", "en"):
        speak(page, language)
        page.reload()
        again()
        page.wait_for_timeout(600)
        taken = page.screenshot(clip={"x": 0, "y": 0, "width": 1280, "height": height})
        small = Image.open(BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        FOLDER.mkdir(exist_ok=True)
        small.save(FOLDER / f"{name}-{language}.png", optimize=True)


def speak(page: Any, language: str) -> None:
    """The language of the pages loaded from here on."""
    address = page.evaluate("window.location.origin")
    page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": LANGUAGES[language], "url": address}],
    )
