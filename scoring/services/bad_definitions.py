"""The governed definition of bad of each product, and the statement of a model whose target follows it."""

from datetime import date

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind, Words
from audit.services.governed_live import governed_live
from lending.models import Product
from lending.product_names import products_named
from riskengine.errors import NotFound
from scoring.bad_definition import BadDefinition, Problem, definition_problems
from scoring.training.statement import Definition, Statement, Text

KIND_CODE = "bad_definition"
_PROBLEMS: dict[Problem, Words] = {
    "horizon_beyond_window": gettext_lazy("The horizon cannot be longer than the window."),
    "indeterminate_not_below_bad": gettext_lazy("Indeterminate begins below the days past due that are bad."),
    "cure_incomplete": gettext_lazy("A cure needs days, at most those that are bad, and months; or neither."),
}


class NoBadDefinitionError(NotFound):
    """No definition of bad is in force for the product: draft one and have it approved."""

    code = "bad_definition_not_found"


def statement_under(statement: Statement, product: str, *, on: date) -> Statement:
    """The statement of a model whose target follows the product's definition in force: its words, horizon and hash.

    Raises NoBadDefinitionError.
    """
    live = governed_live(KIND_CODE, product, on=on)
    if live is None:
        raise NoBadDefinitionError(f"No definition of bad is in force for {product}.", product=product)
    definition: BadDefinition = live.value
    months = definition.horizon_months
    return msgspec.structs.replace(
        statement,
        pd_horizon_months=months,
        pd_horizon=Text(f"{months} months after the decision", f"审批后{months}个月"),
        bad_definition=Text(definition.text.en, definition.text.zh),
        definition=Definition(
            product=product,
            number=live.number,
            content_hash=live.content_hash,
            days_past_due=definition.days_past_due,
            window_months=definition.window_months,
            horizon_months=months,
        ),
    )


def _check(definition: BadDefinition, name: str) -> list[str]:
    found = [str(_PROBLEMS[problem]) for problem in definition_problems(definition)]
    if not (definition.text.en.strip() and definition.text.zh.strip()):
        found.append(_("Say it in both languages."))
    if not Product.objects.filter(code=name).exists():
        found.append(_("There is no product of this code."))
    return found


KIND = Kind(
    KIND_CODE,
    BadDefinition,
    title=gettext_lazy("Definition of bad"),
    help=gettext_lazy("When an account of a product counts as bad: what its models predict. One for each product."),
    check=_check,
    name_choices=products_named,
    labels={
        "days_past_due": gettext_lazy("Bad from days past due"),
        "window_months": gettext_lazy("Months looked at after the decision"),
        "horizon_months": gettext_lazy("Horizon of the PD in months"),
        "text": gettext_lazy("In words"),
        "indeterminate_from": gettext_lazy("Indeterminate from days past due (empty: none)"),
        "cure_below": gettext_lazy("Cured below days past due (empty: once bad, bad)"),
        "cure_months": gettext_lazy("Months in a row below it"),
    },
)
