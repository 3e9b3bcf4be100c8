"""What a training says while it runs, and notes on its table, in the reader's language.

The training writes English, for the command and the log alike; a line of no known form stays as it was written.
"""

import re
from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from scoring.admin.words import kind_word

Forms = Mapping[str, Promise]
_REASONS: Final[Forms] = {
    r"as asked": gettext_lazy("as asked"),
    r"dates are not read": gettext_lazy("dates are not read"),
    r"values of type (?P<type>.+) are not read": gettext_lazy("values of type %(type)s are not read"),
    r"it has one value only": gettext_lazy("it has one value only"),
    r"every value is distinct, as in an identifier": gettext_lazy("every value is distinct, as in an identifier"),
    r"it is a prohibited basis": gettext_lazy("it is a prohibited basis"),
    r"it is not a catalogued variable": gettext_lazy("it is not a catalogued variable"),
    r"a link to a bad party may only refer to a person": gettext_lazy(
        "a link to a bad party may only refer to a person"
    ),
    r"the file does not have it": gettext_lazy("the file does not have it"),
}
_NOTES: Final[Forms] = {
    r"(?P<name>.+) = (?P<value>.+) is bad": gettext_lazy("%(name)s = %(value)s is bad"),
    r"(?P<name>.+) = (?P<value>.+) is bad, since (?P<good>.+) is good": gettext_lazy(
        "%(name)s = %(value)s is bad, since %(good)s is good"
    ),
    r"(?P<name>.+) = (?P<value>.+) is taken as bad: it is the rarer value": gettext_lazy(
        "%(name)s = %(value)s is taken as bad: it is the rarer value"
    ),
    r"(?P<name>.+) is read as codes, since (?P<count>\d+) of its values are no numbers: (?P<shown>.*)": gettext_lazy(
        "%(name)s is read as codes, since %(count)s of its values are no numbers: %(shown)s"
    ),
    r"(?P<name>.+): lies after (?P<day>.+) in some rows, so it was not known then": gettext_lazy(
        "%(name)s: lies after %(day)s in some rows, so it was not known then"
    ),
    r"(?P<name>.+): read as days before (?P<day>.+)": gettext_lazy("%(name)s: read as days before %(day)s"),
    r"(?P<count>\d+) rows without an outcome left out": gettext_lazy("%(count)s rows without an outcome left out"),
    r"few cases: (?P<bads>\d+) bad and (?P<goods>\d+) good; by chance alone an AUC of 0.75 would be off by up to"
    r" (?P<off>[\d.]+), and PDs hold less than they seem to": gettext_lazy(
        "Few cases: %(bads)s bad and %(goods)s good; by chance alone an AUC of 0.75 would be off by up to %(off)s, and"
        " PDs hold less than they seem to"
    ),
}
_SUSPICIONS: Final[Forms] = {
    r"follows the outcome with correlation (?P<figure>\S+)": gettext_lazy(
        "follows the outcome with correlation %(figure)s"
    ),
    r"alone it ranks outcomes with AUC (?P<figure>\S+)": gettext_lazy("alone it ranks outcomes with AUC %(figure)s"),
    r"whether it is there ranks outcomes with AUC (?P<figure>\S+)": gettext_lazy(
        "whether it is there ranks outcomes with AUC %(figure)s"
    ),
    r"(?P<share>\S+) turned bad among (?P<rows>\d+) rows that its value singles out": gettext_lazy(
        "%(share)s turned bad among %(rows)s rows that its value singles out"
    ),
    r"named like what follows an outcome, and ranks with AUC (?P<figure>\S+)": gettext_lazy(
        "named like what follows an outcome, and ranks with AUC %(figure)s"
    ),
    r"alone AUC (?P<figure>\S+), all the others together (?P<rest>\S+)": gettext_lazy(
        "alone AUC %(figure)s, all the others together %(rest)s"
    ),
    r"with it all variables together reach AUC (?P<figure>\S+), without it (?P<rest>\S+)": gettext_lazy(
        "with it all variables together reach AUC %(figure)s, without it %(rest)s"
    ),
    r"its order ranks outcomes with AUC (?P<figure>\S+); the model does not read it": gettext_lazy(
        "its order ranks outcomes with AUC %(figure)s; the model does not read it"
    ),
    r"(?P<share>\S+) of its dates lie after the decision \((?P<names>.*)\)": gettext_lazy(
        "%(share)s of its dates lie after the decision (%(names)s)"
    ),
}
_STEPS: Final[Forms] = {
    r"fold (?P<number>\d+) of (?P<folds>\d+): auc (?P<auc>[\d.]+), ece (?P<ece>[\d.]+)": gettext_lazy(
        "Fold %(number)s of %(folds)s: AUC %(auc)s, ECE %(ece)s"
    ),
    r"out of time from (?P<day>\S+): auc (?P<auc>[\d.]+), ece (?P<ece>[\d.]+)": gettext_lazy(
        "Out of time from %(day)s: AUC %(auc)s, ECE %(ece)s"
    ),
    r"leak check: does a variable know the outcome\?": gettext_lazy("Leak check: does a variable know the outcome?"),
    r"cross-validating on (?P<rows>\d+) rows in (?P<folds>\d+) folds": gettext_lazy(
        "Cross-validating on %(rows)s rows in %(folds)s folds"
    ),
    r"negative control: (?P<number>\d+) of (?P<shuffles>\d+) shuffles": gettext_lazy(
        "Negative control: %(number)s of %(shuffles)s shuffles"
    ),
    r"negative control done: (?P<shuffles>\d+) shuffles of (?P<rows>\d+) rows": gettext_lazy(
        "Negative control done: outcomes of %(rows)s rows shuffled %(shuffles)s times"
    ),
    r"screening variables by gain, information and a linear machine": gettext_lazy(
        "Screening variables by gain, information and a linear machine"
    ),
    r"what if: (?P<rows>\d+) rows without an outcome had been accepted": gettext_lazy(
        "What if: %(rows)s rows without an outcome had been accepted"
    ),
    r"fairness: by what the catalogue keeps for testing only": gettext_lazy(
        "Fairness: by what the catalogue keeps for testing only"
    ),
    r"fitting on all rows": gettext_lazy("Fitting on all rows"),
    r"packing: the card, the reference applicant, golden rows": gettext_lazy(
        "Packing: the card, the reference applicant, golden rows"
    ),
    r"loading the package in a process of its own": gettext_lazy("Loading the package in a process of its own"),
}
_DROPPED = re.compile(r"(?P<name>.+) dropped: (?P<reason>.+)")
_SUSPECT = re.compile(r"leak check: (?P<name>.+?): (?P<why>.+)")
_COMPARED = re.compile(r"compare: (?P<kind>\w+)")
_PAIR = re.compile(r"(?P<second>\w+) over (?P<first>\w+): (?P<figures>.+)")


def note_words(note: str) -> str:
    """A note of the training on its table."""
    if dropped := _DROPPED.fullmatch(note):
        words = gettext_lazy("%(name)s dropped: %(reason)s")
        return str(words) % {"name": dropped["name"], "reason": said_in(dropped["reason"], _REASONS)}
    return said_in(note, _NOTES)


def line_words(line: str) -> str:
    """A line of progress."""
    if suspect := _SUSPECT.fullmatch(line):
        words = gettext_lazy("Leak check: %(name)s: %(why)s")
        return str(words) % {"name": suspect["name"], "why": said_in(suspect["why"], _SUSPICIONS)}
    if compared := _COMPARED.fullmatch(line):
        return str(gettext_lazy("Comparison: %(kind)s")) % {"kind": kind_word(compared["kind"])}
    if pair := _PAIR.fullmatch(line):
        names = {name: kind_word(pair[name]) for name in ("second", "first")}
        return str(gettext_lazy("%(second)s over %(first)s: %(figures)s")) % {**names, "figures": pair["figures"]}
    said = said_in(line, _STEPS)
    return note_words(line) if said == line else said


def said_in(text: str, forms: Forms) -> str:
    """English of one of these forms in the reader's language; any other as it stands."""
    # The last form that fits is the most particular: what is bad, then why it is.
    fitting = [(found, words) for form, words in forms.items() if (found := re.fullmatch(form, text))]
    if not fitting:
        return text
    found, words = fitting[-1]
    return str(words) % found.groupdict() if found.groupdict() else str(words)
