"""What the demo's loans may be used for. Texts of law are named, not quoted: a lender checks them first."""

from datetime import datetime

from audit.models import User
from lending.models import Product
from monitoring.diversion.policy import LoanUsePolicy, ProhibitedUse, Purpose, Text, Use
from monitoring.loan_use_policy import KIND_CODE
from riskengine.demo.governed import governed_ensure

INTERNET_LOANS = Text(
    "Interim Measures for Internet Loans of Commercial Banks (CBIRC 2020 No. 9), on the use of loan money; check the"
    " text in force",
    "《商业银行互联网贷款管理暂行办法》（银保监会令2020年第9号）关于贷款资金用途的规定；以现行文本为准",
)
PERSONAL_LOANS = Text(
    "Measures for Personal Loans (NFRA 2024 No. 3): a named use, and no other than the agreed one; check the text",
    "《个人贷款管理办法》（金融监管总局令2024年第3号）关于贷款用途应明确、不得挪用的规定；以现行文本为准",
)
CONTRACT = Text("Contract of the loan: agreed use", "借款合同约定的贷款用途")
PAYEE_CONTROL = Text(
    "Measures for Personal Loans (NFRA 2024 No. 3), on payment to the payee above an amount (CNY 300,000 for"
    " consumption there; here an amount of the demo); check the text in force",
    "《个人贷款管理办法》（金融监管总局令2024年第3号）关于超过规定金额应受托支付的规定（消费类为30万元；此处为演示金额）；以现行文本为准",
)
POLICY = LoanUsePolicy(
    prohibited=(
        ProhibitedUse(Use.PROPERTY, INTERNET_LOANS),
        ProhibitedUse(Use.SECURITIES, INTERNET_LOANS),
        ProhibitedUse(Use.FUTURES, INTERNET_LOANS),
        ProhibitedUse(Use.WEALTH_PRODUCTS, INTERNET_LOANS),
        ProhibitedUse(Use.EQUITY, INTERNET_LOANS),
        ProhibitedUse(Use.GAMBLING, PERSONAL_LOANS),
        ProhibitedUse(Use.CIRCULAR_RETURN, PERSONAL_LOANS),
        ProhibitedUse(Use.OTHER_LENDER, CONTRACT, is_always=False),
    ),
    purposes=(
        Purpose("consumption", Text("Consumption", "综合消费")),
        Purpose("education", Text("Education", "教育"), (Use.EDUCATION,)),
        Purpose("medical", Text("Medical care", "医疗"), (Use.MEDICAL,)),
        Purpose("house_renovation", Text("Renovation of a home", "房屋装修"), (Use.RENOVATION, Use.GOODS)),
        Purpose("travel", Text("Travel", "旅游"), (Use.TRAVEL,)),
        Purpose("car", Text("Car", "购车"), (Use.VEHICLE,)),
        Purpose("vehicle", Text("Vehicle", "购车"), (Use.VEHICLE,)),
        Purpose("wedding", Text("Wedding", "婚庆"), (Use.WEDDING, Use.TRAVEL, Use.GOODS)),
        Purpose("business", Text("Business", "经营"), (Use.BUSINESS, Use.GOODS, Use.VEHICLE)),
        Purpose("refinance", Text("Refinancing of other debt", "偿还其他债务"), (Use.OTHER_LENDER,)),
    ),
    payee_controlled_from_minor=30_000_00,
    payee_controlled_citation=PAYEE_CONTROL,
    own_money_share=0.67,
)
NOTE = "As shipped with the demo; a lender writes its own."


def loan_use_policy_ensure(*, product: Product, maker: User, checker: User, at: datetime) -> bool:
    """Take the policy on the use of loan money live unless one is; whether it did."""
    return governed_ensure(
        kind=KIND_CODE, name=product.code, document=POLICY, note=NOTE, maker=maker, checker=checker, at=at
    )
