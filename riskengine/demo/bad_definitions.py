"""What counts as bad for the demo's products, from now on; the shipped models were made under their samples' own."""

from datetime import datetime

from audit.models import User
from lending.models import Product
from riskengine.demo.book import CARD, INSTALMENT
from riskengine.demo.governed import governed_ensure
from scoring.bad_definition import BadDefinition, Words
from scoring.services.bad_definitions import KIND_CODE

DEFINITIONS = {
    INSTALMENT: BadDefinition(
        days_past_due=90,
        window_months=12,
        horizon_months=12,
        text=Words(
            "90 days or more past due at a month's end within twelve months of payout. 30 to 89 days at worst is"
            " neither good nor bad; so is an account that was bad and then stayed current for three months.",
            "放款后十二个月内任一月末逾期达到90天。最差逾期30至89天者不计好坏；曾为不良但其后连续三个月无逾期者同样不计。",
        ),
        indeterminate_from=30,
        cure_below=1,
        cure_months=3,
    ),
    CARD: BadDefinition(
        days_past_due=60,
        window_months=12,
        horizon_months=12,
        text=Words(
            "60 days or more past due at a statement within twelve months. 30 to 59 days at worst is neither good nor"
            " bad. Once bad, bad.",
            "十二个月内任一账单日逾期达到60天。最差逾期30至59天者不计好坏。一经认定为不良不再恢复。",
        ),
        indeterminate_from=30,
    ),
}
NOTE = "As shipped with the demo; a lender writes its own."


def bad_definition_ensure(*, product: Product, maker: User, checker: User, at: datetime) -> bool:
    """Take the product's definition of bad live unless one is; whether it did."""
    return governed_ensure(
        kind=KIND_CODE,
        name=product.code,
        document=DEFINITIONS[product.code],
        note=NOTE,
        maker=maker,
        checker=checker,
        at=at,
    )
