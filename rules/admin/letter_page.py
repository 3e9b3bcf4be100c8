"""A letter as staff see and print it, whatever it is about."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from audit.admin.error_words import error_words
from riskengine.errors import Conflict
from rules.localised import language
from rules.services.letters.letter import LANGUAGES, Letter
from rules.words import Language

TITLES: dict[Language, str] = {"en": "English", "zh": "中文"}


def letter_page(
    request: HttpRequest, letter_in: Callable[[Language], Letter], *, back: str, back_title: str
) -> HttpResponse:
    """The letter in `?language=`, or the reader's own, with links that are not printed; where there is none, `back`."""
    asked = request.GET.get("language")
    chosen = next((code for code in LANGUAGES if code == asked), language())
    try:
        letter = letter_in(chosen)
    except Conflict as error:
        messages.info(request, error_words(error))
        return HttpResponseRedirect(back)
    tools = [{"url": back, "title": back_title, "lang": ""}]
    for code, locale in LANGUAGES.items():
        if code != chosen:  # in the language it leads to
            tools.append({"url": f"?language={code}", "title": TITLES[code], "lang": locale})
    return HttpResponse(letter.html(tools), headers={"Content-Language": chosen})
