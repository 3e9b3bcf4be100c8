"""What stands on the pages of products and regions beside figures, in the reader's language."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from monitoring.regions.fluctuation import Fluctuation

STATES = {
    "SHORT_HISTORY": _("short history"),
    "LOW_BASE": _("low base"),
    "NO_BASE": _("no base"),
    "NO_MONTH": _("nothing this month"),
}
STATES_LONG = {
    "SHORT_HISTORY": _("Fewer than three months lie before this one."),
    "LOW_BASE": _("Too few cases to tell a change from chance."),
    "NO_BASE": _("What it would be compared with is zero."),
    "NO_MONTH": _("Nothing of this kind happened this month."),
}
JUDGED = {
    "RISKY": (_("Risky"), "rk-bad"),
    "CALM": (_("Calm"), "rk-good"),
    "NOT_ASSESSED": (_("Not assessed"), ""),
}
PARTS = (_("Applications (SQbd)"), _("Rate (Lbd)"), _("Missed due dates (Wyx)"))
BASES = {
    "FITTED": _("Weights fitted: they forecast next month's change of the default rate better than no change does."),
    "FEW_MONTHS": _("Descriptive: too few months to fit weights, so the stated ones are used."),
    "NOT_BETTER": _(
        "Descriptive: fitted weights do not forecast the default rate better than no change beyond chance, so the"
        " stated ones are used."
    ),
}
INFLUENCES = {
    "NO_BAD_DEFINITION": _("No definition of bad is in force for this product."),
    "FEW_LOANS": _("Too few matured loans."),
    "FEW_BADS": _("Too few matured loans turned bad, or too few did not."),
    "FEW_REGIONS": _("Too few regions have matured loans."),
    "NO_FEATURE": _("No feature is known for enough loans, or none differs between regions."),
    "NOT_BETTER": _("The features do not help to forecast repayment in regions not seen before."),
    "NONE": _("Regions have not been assessed yet."),
}
PLACEMENTS = {
    "PRODUCT_RISKY": _("Zh is at or above DR: the product is risky now, so it is placed nowhere. See the planner."),
    "PRODUCT_NOT_ASSESSED": _("The product is not assessed, so it is placed nowhere."),
    "REGIONS_NOT_ASSESSED": _("Regions are not assessed, so none is placed."),
}
IMPACTS = {
    "PASSED": (_("Passed"), "rk-good"),
    "FLAGGED": (_("Flagged"), "rk-bad"),
    "NOT_TESTED": (_("Not tested"), "rk-warn"),
}
GROUPS = {"minority": _("Ethnic minorities"), "women": _("Women"), "elderly": _("Older people")}
"""Protected groups by the end of their indicator's name; others are shown by it."""
PLANS = {
    "PLAN": (_("Feasible plans found"), "rk-good"),
    "NO_FEASIBLE_PLAN": (_("No feasible plan"), "rk-bad"),
    "NOT_NEEDED": (_("No plan needed: Zh is below DR"), "rk-good"),
    "NOT_ASSESSED": (_("Not assessed: no plan"), ""),
    "NO_ASSUMPTIONS": (_("No assumptions are in force for this product: no plan"), "rk-warn"),
    "NO_NEW_BUSINESS": (_("No new business with known terms this month: no plan"), "rk-warn"),
}
BREACHES = {
    "ZH": _("Zh stays at or above DR somewhere in the ranges"),
    "BURDEN": _("the instalment takes too much of the income"),
    "COST": _("the total cost to the customer rises too much"),
    "MARGIN": _("the margin falls too low somewhere in the ranges"),
}
FEATURES = {
    "gdp_growth": _("Growth of the economy"),
    "unemployment": _("Unemployment"),
    "income_gap": _("Income gap between town and country"),
    "income_gap_country": _("Income against the country's"),
    "house_price_index": _("House prices"),
    "house_price_change": _("House prices, change in a year"),
    "house_price_volatility": _("House prices, swing"),
    "mortgage_rate": _("Mortgage rate"),
    "mortgage_rate_volatility": _("Mortgage rate, swing"),
    "consumption": _("Consumption"),
    "consumption_change": _("Consumption, change in a year"),
    "financial_information": _("Financial information"),
    "acceptance": _("Offers taken up"),
    "approval_rate": _("Applications approved"),
    "population": _("Population"),
}


def feature_words(code: str) -> str:
    """A feature's or indicator's name; a lender's own is shown by its code."""
    return str(FEATURES.get(code, code))


def move_words(part: Fluctuation) -> str:
    """A fluctuation in words: +12.3 %, or the name of its state."""
    return str(STATES[part.state]) if part.value is None else f"{part.value:+.1%}"


def cases_words(place: int, part: Fluctuation) -> str:
    """What a fluctuation was worked out from, with the counts beside it."""
    if place == 0:
        facts: dict[str, Any] = {"now": _count(part.now), "base": _count(part.base)}
        return gettext("%(now)s applications, before on average %(base)s") % facts
    facts = {"now": _share(part.now), "base": _share(part.base), "cases": _count(part.cases)}
    if place == 1:
        return gettext("%(now)s, before %(base)s; %(cases)s contracts") % facts
    return gettext("%(now)s, before %(base)s; %(cases)s customers with a due date") % facts


def _count(number: float | None) -> str:
    return "–" if number is None else f"{number:,.0f}"


def _share(number: float | None) -> str:
    return "–" if number is None else f"{number:.2%}"
