"""The catalogue's and the model card's fixed words as a reader sees them."""

from django.utils.translation import gettext as _

from lending.models import Product
from scoring.catalogue import Variable


def direction_word(direction: str) -> str:
    """How the risk runs with a variable."""
    words = {
        "higher_is_riskier": _("higher is riskier"),
        "higher_is_safer": _("higher is safer"),
        "ordered_by_bad_rate": _("codes in the order of their bad rate"),
        "none": _("free"),
    }
    return words.get(direction, direction)


def missing_word(variable: Variable) -> str:
    """What happens where a variable is missing."""
    words = {
        "reject": _("the request is refused"),
        "refer": _("a person decides"),
        "default": _("taken as %(value)s") % {"value": variable.default},
        "skip": _("stays unknown"),
    }
    return words[variable.missing]


def source_word(source: str) -> str:
    """Where a variable comes from."""
    words = {
        "application": _("application"),
        "bureau": _("credit bureau"),
        "loan": _("loan account"),
        "standing": _("our own book"),
        "velocity": _("recent applications"),
        "list": _("lists"),
        "fact": _("facts about customers"),
        "model": _("the model of the amount control"),
        "customer_month": _("months of the customer's accounts"),
        "previous_review": _("the loan's previous review"),
        "delinquency": _("arrears of the loan"),
        "diversion": _("use of the loan's money"),
    }
    return words.get(source, source)


def metric_rows(metrics: dict[str, float]) -> list[list[str]]:
    """Each figure of a model card with its name and what it says."""
    words = {
        "auc": (_("AUC"), _("a bad ranks above a good this often; 0.5 is chance")),
        "gini": (_("Gini"), _("2 × AUC − 1")),
        "ks": (_("KS"), _("largest distance between the scores of goods and bads")),
        "brier": (_("Brier score"), _("mean squared error of the PD; lower is better")),
        "log_loss": (_("Log loss"), _("penalty for confident errors; lower is better")),
        "ece": (_("ECE"), _("mean distance between PD and bad rate over ten equal groups; lower is better")),
    }
    return [[words[key][0], f"{metrics[key]:.4f}", words[key][1]] for key in words if key in metrics]


def kind_word(kind: str) -> str:
    """A kind of model."""
    words = {
        "xgboost": _("Boosted trees (XGBoost)"),
        "scorecard": _("Scorecard"),
        "svm": _("Support vector machine"),
        "mlp": _("Neural network (MLP)"),
        "amount_control": _("Network of the amount control"),
    }
    return words.get(kind, kind)


def product_word(code: str) -> str:
    """The product's name; its code where nothing of that code is lent."""
    product = Product.objects.filter(code=code).first()
    return str(product) if product else code


def type_word(name: str) -> str:
    """A variable's type."""
    words = {
        "integer": _("whole number"),
        "number": _("number"),
        "string": _("text"),
        "boolean": _("yes or no"),
    }
    return words.get(name, name)


def unit_word(unit: str) -> str:
    """A variable's unit."""
    currency, _space, rest = unit.partition(" ")
    if rest == "minor units":
        return _("%(currency)s minor units") % {"currency": currency}
    words = {
        "months late": _("months late"),
        "months": _("months"),
        "years": _("years"),
        "people": _("people"),
        "credits": _("credits"),
        "class 1 to 4": _("class 1 to 4"),
        "share": _("share"),
        "days": _("days"),
    }
    return words.get(unit, unit)
