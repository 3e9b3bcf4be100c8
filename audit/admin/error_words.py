"""What a refused change means to the person at the screen, by the error's stable code; each app brings its words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from riskengine.errors import RiskEngineError

_WORDS: dict[str, str | Promise] = {
    "approval_same_person": _("You asked for this approval, so somebody else must decide on it."),
    "approval_not_a_checker": _("Your account may not approve or reject changes."),
    "approval_not_the_maker": _("Only who asked can take it back. Others reject it."),
    "approval_stale": _("The content changed after you opened this page. Look at it again before you decide."),
    "approval_already_pending": _("This waits for approval already. That request must be decided or withdrawn first."),
    "approval_already_decided": _("Somebody decided this request already."),
    "governed_kind_unknown": _("No part of the product reads this kind of setting any more."),
    "governed_invalid": _("This setting has problems and goes no further. Correct each of them."),
    "governed_frozen": _("Only a draft can be changed. Make a new draft from this version."),
    "governed_changed": _(
        "Somebody saved this draft after you opened it, so your change was not saved. "
        "Look at what it says now and make your change again."
    ),
    "governed_unchanged": _("This says the same as what is in force: there is nothing to approve."),
    "governed_not_submitted": _("This setting is not waiting for approval."),
    "governed_live_changed": _(
        "Another version took force after you opened this page. Look at what changes now before you decide."
    ),
    "governed_ended": _("Only a draft or what is approved can be ended, and once."),
    "governed_protective": _(
        "Without this setting more would be allowed, so one person cannot end it. Make a new draft from it instead."
    ),
    "governed_same_person": _("You wrote, edited or submitted this, so somebody else must check it."),
    "no_live_catalogue": _("No variable catalogue is live, so conditions cannot be checked. Ask a modeller."),
}


class WordsAlreadyRegistered(LookupError):
    """Two apps claim one error code: a mistake in the code."""


def words_register(words: Mapping[str, str | Promise]) -> None:
    """Say what an app's errors mean, by code. Raises WordsAlreadyRegistered."""
    twice = _WORDS.keys() & words.keys()
    if twice:
        raise WordsAlreadyRegistered(", ".join(sorted(twice)))
    _WORDS.update(words)


def known_words(code: str) -> str | None:
    """The sentence registered for an error's code; None for a code without one."""
    words = _WORDS.get(code)
    return None if words is None else str(words)


def error_words(error: RiskEngineError) -> str:
    """The sentence for an error; for a code without one, the error's own English."""
    return known_words(error.code) or gettext("Refused: %(message)s") % {"message": error.message}
