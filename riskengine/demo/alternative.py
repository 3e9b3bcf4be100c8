"""The law that the demo knows of alternative data. No source is reviewed or piloted: all of them are off."""

from datetime import date, datetime
from typing import Final

from audit.models import User
from riskengine.demo.governed import governed_ensure
from scoring.alternative.policy import JURISDICTION, JurisdictionRule, Text

REGION: Final = "EU"
APPLIED_FROM: Final = date(2026, 11, 20)
RULE: Final = JurisdictionRule(
    citation=Text(
        "Directive (EU) 2023/2225 on credit agreements for consumers, Article 18(3): social networks are no external"
        " source for the assessment of creditworthiness; applied from 20 November 2026.",
        "《消费者信贷协议指令》（欧盟）2023/2225 第 18 条第 3 款：社交网络不得作为信用评估的外部数据来源；"
        "自 2026 年 11 月 20 日起适用。",
    ),
    countries=(
        "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
    ),
    forbids=["social_data"],
)


def alternative_law_ensure(*, maker: User, checker: User, at: datetime) -> bool:
    """Put the law in force unless there is one for the region; whether it did."""
    return governed_ensure(
        kind=JURISDICTION,
        name=REGION,
        document=RULE,
        note="The directive as published.",
        maker=maker,
        checker=checker,
        at=at,
        valid_from=APPLIED_FROM,
    )
