"""The governed scheme of warnings, one for each product: what each level proposes to do, and on which basis."""

from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind
from audit.services.governed_live import Live, governed_live
from lending.models import CustomerStanding, Product
from lending.product_names import products_named
from monitoring.measure_rules import WarningScheme, scheme_problems
from monitoring.models.proposed_measure import ProposedMeasure

KIND_CODE: Final = "warning_scheme"
_PROBLEMS: Final = {
    "twice": gettext_lazy("%(measure)s is listed twice for level %(level)s."),
    "adverse": gettext_lazy("%(measure)s is adverse to the customer: say so (level %(level)s)."),
    "basis": gettext_lazy("%(measure)s needs a contract basis in both languages (level %(level)s)."),
    "notice": gettext_lazy("%(measure)s needs a notice in both languages (level %(level)s)."),
    "level": gettext_lazy("Every level needs a measure."),
}


def warning_scheme_of(product_code: str, *, on: date) -> Live | None:
    """The scheme in force on a day: `value` is a WarningScheme."""
    return governed_live(KIND_CODE, product_code, on=on)


def _check(scheme: WarningScheme, name: str) -> list[str]:
    found = []
    for code, row in scheme_problems(scheme.measures):
        named = (
            {}
            if row is None
            else {
                "measure": ProposedMeasure.Measure(row.measure).label,
                "level": CustomerStanding.Level(row.level).label,
            }
        )
        found.append(str(_PROBLEMS[code]) % named)
    if not Product.objects.filter(code=name).exists():
        found.append(_("There is no product of this code."))
    return found


KIND = Kind(
    KIND_CODE,
    WarningScheme,
    title=gettext_lazy("Scheme of measures on early warnings"),
    help=gettext_lazy(
        "What each level of a warning proposes, together with the personal coefficient GRx against its threshold DS."
        " A proposal does nothing: a person accepts it, and what is adverse rests on the contract and on a notice."
    ),
    check=_check,
    name_choices=products_named,
    labels={
        "ds": gettext_lazy("Threshold DS: risky from this GRx on"),
        "measures": gettext_lazy("Measures"),
        "measures.level": gettext_lazy("Level"),
        "measures.measure": gettext_lazy("Measure"),
        "measures.is_adverse": gettext_lazy("Adverse to the customer"),
        "measures.needs_second": gettext_lazy("A second person approves it"),
        "measures.only_if_risky": gettext_lazy("Only where GRx reaches DS"),
        "measures.basis": gettext_lazy("Contract basis"),
        "measures.notice": gettext_lazy("Notice to the customer"),
        **{f"measures.level={level}": level.label for level in CustomerStanding.Level if level != "NONE"},
        **{f"measures.measure={measure}": measure.label for measure in ProposedMeasure.Measure},
    },
)
