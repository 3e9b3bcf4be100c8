"""The letter of a decision as staff see and print it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from audit.admin.error_words import error_words
from audit.admin.page import page_url
from rules.localised import language
from rules.models import Decision
from rules.services.letters import LANGUAGES, LetterNotOwed, letter_of

TITLES = {"en": "English", "zh": "中文"}


def letter_page(request: HttpRequest, decision: Decision) -> HttpResponse:
    """The letter in `?language=`, or the reader's own, with links that are not printed."""
    asked = request.GET.get("language")
    chosen = next((code for code in LANGUAGES if code == asked), language())
    back = page_url("rules_decision_change", decision.pk)
    try:
        letter = letter_of(decision, chosen)
    except LetterNotOwed as error:
        messages.info(request, error_words(error))
        return HttpResponseRedirect(back)
    tools = [{"url": back, "title": _("Back to the decision"), "lang": ""}]
    for code, locale in LANGUAGES.items():
        if code != chosen:  # in the language it leads to
            tools.append({"url": f"?language={code}", "title": TITLES[code], "lang": locale})
    return HttpResponse(letter.html(tools), headers={"Content-Language": chosen})
