"""Models beside the main one: the amount control with its levels and a draft whose offers it caps, and a challenger for
thin files. Both rank worse than the main model, and say so; neither decides on anybody.

There are too few thin files to tell how groups fare by that model, which stops it until compliance records why it is
kept all the same: to be measured, not to score.
"""

import copy
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from audit.governed_kinds import Text
from audit.models import User
from lending.models import Product
from riskengine.demo.book import INSTALMENT
from riskengine.demo.governed import governed_ensure
from riskengine.demo.places import MODELS
from rules.models import RuleSet, RuleSetVersion
from rules.services.versions.activations import activation_at
from rules.services.versions.life import version_draft
from scoring.amount_control import KIND_CODE, RISK_CAP, AmountControl, Level
from scoring.models import ModelPackage
from scoring.services.fairness.kinds import NECESSITY, Alternative, FairnessNecessity
from scoring.services.models.life import model_approve, model_register, model_submit

State = ModelPackage.State
OTHERS: Final[dict[str, tuple[str, str]]] = {
    # Name and file: what it becomes, and why.
    "instalment-amount-control": (
        State.CHAMPION,
        "A second opinion for the amount: no live rule reads it. It ranks worse than the main model (AUC 0.732 against"
        " 0.790), so it may cap an offer and scores nobody. The draft of the demo shows the cap at work.",
    ),
    "instalment-thin-file": (
        State.CHALLENGER,
        "On thin files it ranks worse than the main model (AUC 0.615 against 0.724, with tuning inside each fold), so"
        " it is measured beside it and scores nobody.",
    ),
}
LEVELS: Final = AmountControl(
    [
        Level(0.1, 1_000_000),
        Level(0.2, 750_000),
        Level(0.35, 500_000, 0.9),
        Level(0.5, 300_000, 0.75),
        Level(1.0, 150_000, 0.5),
    ]
)
TOO_FEW: Final[dict[str, Any]] = {
    "attributes": ["age_years[<=25]", "age_years[>=60]", "status_sex[=A92]"],
    "necessity": Text(
        "It scores nobody: a challenger is measured beside the main model on thin files. 89 of them, 3 from 60 on and"
        " 13 up to 25, are too few to tell how groups fare; a lender's own will tell.",
        "该模型不对任何人评分，仅作为挑战者在薄档案上与主模型并行度量。样本只有89笔（60岁及以上3笔、25岁及以下13笔），"
        "不足以判断各群体的差异；待机构自有样本积累后再行检验。",
    ),
    "search": Text(
        "The main model scores these applicants, ranks them better and passes every test of fairness; it stays in use.",
        "现由主模型为这些申请人评分，其排序能力更好且通过全部公平性检验，继续使用主模型。",
    ),
    "alternatives": [Alternative("the main model for everybody", "none: it is what scores today", 0.97)],
}
NOTE: Final = "Example, not put forward: the amount control caps what is offered. Try it on an application."
CAPPED: Final = "the amount control caps what is granted"
_ASKED, _CAP = 500_000, 320_000


def other_models_ensure(*, product: Product, modeller: User, maker: User, checker: User, at: datetime) -> bool:
    """Take the models of OTHERS through four eyes to what they are here, with the levels; whether any was new."""
    are_new = [_model_ensure(name, product, modeller=modeller, maker=maker, checker=checker, at=at) for name in OTHERS]
    are_new.append(
        governed_ensure(
            kind=KIND_CODE, name=product.code, document=LEVELS, note="As measured in docs/amount_control.md.",
            maker=maker, checker=checker, at=at,
        )
    )  # fmt: skip
    return any(are_new)


def capped_draft_ensure(*, maker: User, at: datetime) -> bool:
    """Draft the live policy with offers capped by the amount control, unless somebody has; whether it did."""
    rule_set = RuleSet.objects.get(code=f"{INSTALMENT}-pre-loan")
    live = activation_at(rule_set=rule_set, at=at)
    if live is None or RuleSetVersion.objects.filter(rule_set=rule_set, note=NOTE).exists():
        return False
    version_draft(rule_set=rule_set, author=maker, at=at, document=capped(live.version.document), note=NOTE)
    return True


def capped(document: dict[str, Any]) -> dict[str, Any]:
    """The policy with every amount of its offers capped, and a case that shows it; other cases stay below it."""
    found = copy.deepcopy(document)
    offers = next(table for table in found["tables"] if table["name"] == found["offer"]["table"])
    place = [output["name"] for output in offers["outputs"]].index("amount_cap_minor")
    for row in offers["rows"]:
        row["then"][place] = f"min({row['then'][place]}, {RISK_CAP})"
    for case in found["cases"]:
        case["inputs"][RISK_CAP] = LEVELS.levels[0].cap_minor
    sound = found["cases"][0]
    inputs = {**sound["inputs"], "amount_minor": _ASKED, RISK_CAP: _CAP}
    expect = {"outcome": "APPROVE", "amount_offered_minor": _CAP}
    found["cases"].append({**sound, "name": CAPPED, "inputs": inputs, "expect": expect})
    return found


@transaction.atomic
def _model_ensure(name: str, product: Product, *, modeller: User, maker: User, checker: User, at: datetime) -> bool:
    role, why = OTHERS[name]
    if ModelPackage.objects.filter(product=product, name=name).exists():
        return False
    model = model_register(product=product, name=name, package=(MODELS / f"{name}.package").read_bytes(), at=at)
    if role == State.CHALLENGER:
        governed_ensure(
            kind=NECESSITY, name=model.content_hash, note="To be measured, not to score.",
            document=FairnessNecessity(**TOO_FEW, expires_on=at.date() + timedelta(days=365)),
            maker=maker, checker=checker, at=at,
        )  # fmt: skip
    model_submit(model=model, maker=modeller, at=at, comment=why, role=role)
    model_approve(model=model, checker=checker, content_hash=model.content_hash, at=at, comment=why)
    return True
