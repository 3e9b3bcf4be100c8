"""What a model's own checks found, for whoever decides about it: leaks, control, calibration tests, screening."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.admin.frozen import in_language
from scoring.calibration_tests import binomial_rows

_WHY: dict[str, str | Promise] = {
    "near_copy": gettext_lazy("follows the outcome almost exactly (correlation %(figure).2f)"),
    "power": gettext_lazy("alone ranks with AUC %(figure).3f"),
    "beyond_the_rest": gettext_lazy("alone (AUC %(figure).3f) ranks better than all the others together"),
    "settles": gettext_lazy("some of its values settle the outcome (AUC %(figure).3f)"),
    "missingness": gettext_lazy("whether it is there ranks with AUC %(figure).3f"),
    "together": gettext_lazy("with the others it all but knows the outcome (AUC %(figure).3f)"),
    "timing": gettext_lazy("some of its dates lie after the decision"),
    "order": gettext_lazy("its order ranks with AUC %(figure).3f"),
    "name": gettext_lazy("named like what follows an outcome (AUC %(figure).3f)"),
}
_STATES = {
    "breach": gettext_lazy("not as said"),
    "no_breach": gettext_lazy("as said"),
    "not_enough_data": gettext_lazy("too few cases"),
}
_BY = {"grade": gettext_lazy("grade"), "band": gettext_lazy("band")}
Card = dict[str, Any]


def honesty_cards(card: Card) -> list[Card]:
    """Page cards of a model card's checks; one that says that there are none on an older card."""
    if "negative_control" not in card:
        return [{"title": _("Checks of honesty"), "lines": [_("This model was made before there were such checks.")]}]
    return [_leaks(card), *_calibration(card), _screening(card["screening"])]


def meaning_facts(card: Card) -> list[tuple[str, str]]:
    """Which governed definition the target follows, whom the sample saw, and at which odds the PDs stand."""
    facts = []
    if "definition" in card:
        facts.append((_("Governed definition of bad"), _definition(card["definition"])))
    if "selection" in card:
        selection = card["selection"]
        facts.append((_("Whom it has seen"), in_language(selection["en"], selection["zh"])))
    if prior := card.get("prior_correction"):
        facts.append((_("Odds its PDs stand at"), _prior(prior)))
    return facts


def _definition(definition: Card | None) -> str:
    if definition is None:
        return _("none: the target is what the sample calls bad")
    return _("number %(number)s, %(days)s days past due within %(months)s months; hash %(hash)s") % {
        "number": definition["number"],
        "days": definition["days_past_due"],
        "months": definition["window_months"],
        "hash": definition["content_hash"],
    }


def _prior(prior: Card) -> str:
    words = _(
        "%(population).2f good to one bad, corrected from the sample's %(sample).2f (log odds %(offset)+.3f); source"
    )
    figures = {"population": prior["population_odds"], "sample": prior["sample_odds"], "offset": prior["offset"]}
    return f"{words % figures}: {in_language(**prior['source'])}"


def _leaks(card: Card) -> Card:
    control = card["negative_control"]
    found: Card = {
        "title": _("Does it know the outcome?"),
        "facts": [
            (
                _("Outcomes shuffled"),
                _("AUC %(auc).4f; by chance within %(low).4f to %(high).4f")
                % {
                    "auc": control["auc"],
                    "low": 0.5 - 3 * control["standard_error"],
                    "high": 0.5 + 3 * control["standard_error"],
                },
            )
        ],
    }
    suspects = card["leak_check"]["suspects"]
    if not suspects:
        return {**found, "lines": [_("No variable is under suspicion.")]}
    rows = [[one["column"], _WHY[one["kind"]] % {"figure": one["figure"]}, _reason(one)] for one in suspects]
    return {**found, "table": {"headers": [_("variable"), _("suspicion"), _("why it may stay")], "rows": rows}}


def _reason(suspect: Card) -> str:
    return str(suspect["waived_because"]) if suspect["is_read"] else _("the model does not read it")


def _calibration(card: Card) -> list[Card]:
    """The tests out of fold, and before them those of later periods where the training rows had dates."""
    later = card.get("out_of_time")
    found = [_tests(_("Tests of calibration, out of fold"), card["calibration_tests"], [])]
    if later is None:
        return found
    if not later["periods"]:
        lines = [_("The rows have dates, but the later periods hold too few cases to tell.")]
        return [{"title": _("Tests of calibration, out of time"), "lines": lines}, *found]
    spans = [
        _("Told from rows until %(until)s: %(start)s to %(end)s, %(cases)s cases, AUC %(auc).4f, ECE %(ece).4f")
        % {
            "until": one["train_until"],
            "start": one["test_from"],
            "end": one["test_until"],
            "cases": f"{one['n_test']:,}",
            "auc": one["auc"],
            "ece": one["ece"],
        }
        for one in later["periods"]
    ]
    return [_tests(_("Tests of calibration, out of time"), later["calibration_tests"], spans), *found]


def _tests(title: str, tests: Card, spans: list[str]) -> Card:
    cox = tests["cox"]
    by, tested = binomial_rows(tests)
    rows = [
        [
            one[by],
            f"{one['cases']:,}",
            f"{one['mean_pd']:.2%}",
            f"{one['bad_rate']:.2%} ({one['low']:.2%} – {one['high']:.2%})",
            _STATES[one["state"]],
        ]
        for one in tested
    ]
    return {
        "title": title,
        "facts": [
            (_("Slope (1 is true)"), f"{cox['slope']:.3f} ± {2 * cox['slope_error']:.3f}"),
            (_("Intercept (0 is true)"), f"{cox['intercept']:.3f} ± {2 * cox['intercept_error']:.3f}"),
            (_("Tested by"), _by_words(tests)),
        ],
        "table": {"headers": [_BY[by], _("cases"), _("PD said"), _("bad rate (95 %)"), _("verdict")], "rows": rows},
        "lines": [
            *spans,
            _("A slope under 1 means PDs that are too extreme."),
            _("Each row has an exact binomial test, with Holm's correction for looking at several."),
            _("The tests take outcomes as independent, which they are not in a downturn."),
        ],
    }


def _by_words(tests: Card) -> str:
    if (scale := tests.get("scale")) is None:
        return _("ten bands of the PD: no policy with grades was live")
    return str(_("the grades of %(rule_set)s, version %(number)s") % scale)


def _screening(rows: list[Card]) -> Card:
    headers = [_("variable"), _("gain"), _("information value"), _("L1 SVM weight"), _("kept in folds")]
    return {
        "title": _("What each variable is worth"),
        "table": {
            "headers": headers,
            "rows": [
                [
                    row["column"],
                    f"{row['gain']:.1%}",
                    f"{row['iv']:.3f}",
                    f"{row['svm_weight']:+.3f}",
                    f"{row['svm_selected']:.0%}",
                ]
                for row in rows
            ],
        },
    }
