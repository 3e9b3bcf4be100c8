"""The names a condition may read, in groups, for the list beside its field."""

from typing import Any

from django.utils.translation import gettext as _

from rules.admin.version_view import VersionView
from rules.expression_words import SCORE_TERMS
from rules.localised import language, localised
from rules.words import unit_words, value_words


def name_rows(view: VersionView) -> list[dict[str, Any]]:
    """Groups of names with label, unit or value, and codes with their meaning."""
    variables = view.catalogue.of_product(view.rule_set.product.code).values() if view.catalogue else []
    groups = [
        (
            _("Variables of the application"),
            [
                {
                    **_row(variable.name, localised(variable), unit_words(variable.unit, language())),
                    "codes": [(code.code, localised(code)) for code in variable.codes],
                    "is_prohibited": variable.is_prohibited_basis,
                }
                for variable in variables
            ],
        ),
        (
            _("Parameters"),
            [
                _row(parameter.name, localised(parameter), value_words(parameter.value, parameter.unit, language()))
                for parameter in view.document.parameters
            ],
        ),
        (
            _("Derived variables"),
            [_row(entry.name, localised(entry), unit_words(entry.unit, language())) for entry in view.document.derived],
        ),
        (_("The model's result"), [_row(name, localised(term), "") for name, term in SCORE_TERMS.items()]),
    ]
    return [{"title": title, "names": names} for title, names in groups if names]


def _row(name: str, label: str, hint: str) -> dict[str, Any]:
    return {"name": name, "label": label, "hint": hint, "codes": [], "is_prohibited": False}
