"""What the demo's warnings propose and how they live: the shipped policy and scheme, from now on."""

from datetime import datetime, timedelta

import msgspec

from audit.models import User
from lending.models import Product
from monitoring.measure_rules import SchemeMeasure, WarningScheme, Wording
from monitoring.warning_policy import KIND_CODE as POLICY
from monitoring.warning_policy import WarningPolicy
from monitoring.warning_scheme import KIND_CODE as SCHEME
from riskengine.demo.book import CARD
from riskengine.demo.governed import governed_ensure

EARLIER = timedelta(days=90)
NOTE = "As shipped with the demo; a lender writes its own."
_NONE = Wording("", "")
_ADVICE = Wording(
    "We see first signs that your payments may become difficult. Please check your due dates and speak to us early:"
    " we can explain your account and what helps.",
    "我们注意到您的还款可能出现困难的早期迹象。请核对还款日期，并尽早与我们联系：我们可以为您说明账户情况及可行的帮助。",
)
_FREEZE = Wording(
    "Your unused limit is frozen for now: what you have drawn stays as agreed, new drawings are not possible. The"
    " freeze is lifted as soon as the reasons below no longer hold.",
    "您的未使用额度现已暂时冻结：已使用部分按原约定执行，暂不能新增用款。下述原因消除后，冻结即予解除。",
)
_FREEZE_BASIS = Wording(
    "The credit agreement allows us to suspend the unused limit where repayment appears to be at risk.",
    "授信合同约定，还款出现风险迹象时，本机构可暂停未使用额度。",
)
_COLLATERAL = Wording(
    "Please offer additional security for what you owe within 15 working days, or speak to us about another way.",
    "请在15个工作日内就所欠款项提供补充担保，或与我们商议其他方式。",
)
_COLLATERAL_BASIS = Wording(
    "The credit agreement obliges the borrower to strengthen the security where the risk has materially risen.",
    "授信合同约定，风险显著上升时，借款人应当补充担保。",
)
_RESTRUCTURING = Wording(
    "We offer to talk about new terms that you can keep: smaller instalments over a longer time. Nothing changes unless"
    " you agree.",
    "我们愿意与您商议可承受的新还款安排，例如延长期限、降低每期金额。未经您同意，原约定不变。",
)
_COLLECTION = Wording(
    "Your account is overdue. Please pay the arrears within 10 days, or call us to agree on a plan; otherwise our"
    " collection team will contact you.",
    "您的账户已逾期。请在10日内偿还欠款，或致电商定还款计划；否则将由催收人员与您联系。",
)
_COLLECTION_BASIS = Wording(
    "The credit agreement allows us to demand arrears and to have them collected within the law.",
    "授信合同约定，本机构可依法催收逾期欠款。",
)
SCHEME_SHIPPED = WarningScheme(
    ds=0.7,
    measures=[
        SchemeMeasure("BLUE", "ADVICE", False, False, False, _NONE, _ADVICE),
        SchemeMeasure("YELLOW", "ADVICE", False, False, False, _NONE, _ADVICE),
        SchemeMeasure("YELLOW", "CALL", False, False, False, _NONE, _NONE),
        SchemeMeasure("ORANGE", "CALL", False, False, False, _NONE, _NONE),
        SchemeMeasure("ORANGE", "RESTRUCTURING", False, False, True, _NONE, _RESTRUCTURING),
        SchemeMeasure("ORANGE", "LIMIT_FREEZE", True, False, True, _FREEZE_BASIS, _FREEZE),
        SchemeMeasure("RED", "CALL", False, False, False, _NONE, _NONE),
        SchemeMeasure("RED", "RESTRUCTURING", False, False, False, _NONE, _RESTRUCTURING),
        SchemeMeasure("RED", "LIMIT_FREEZE", True, False, True, _FREEZE_BASIS, _FREEZE),
        SchemeMeasure("RED", "EXTRA_COLLATERAL", True, True, True, _COLLATERAL_BASIS, _COLLATERAL),
        SchemeMeasure("RED", "COLLECTION", True, True, True, _COLLECTION_BASIS, _COLLECTION),
    ],
)


# Fitted to 40 cases a day, worked off within ten working days: of the card accounts, of which 22 % default, every
# review finds some 1,600 RED. What is milder is recorded and watched.
# The demo's indicators of regions are in percent.
SHIPPED = WarningPolicy(region_indicator="unemployment", region_rise=2.0)
POLICIES_SHIPPED = {CARD: msgspec.structs.replace(SHIPPED, case_from="RED", case_pd=0.76)}


def warning_settings_ensure(*, product: Product, maker: User, checker: User, at: datetime) -> bool:
    """Take the product's policy and scheme on warnings live unless they are; whether either was."""
    policy = POLICIES_SHIPPED.get(product.code, SHIPPED)
    # Reviews of the demo are made as if some were weeks ago: the policy was in force then.
    began = at.date() - EARLIER
    made = [
        governed_ensure(
            kind=kind,
            name=product.code,
            document=document,
            note=NOTE,
            maker=maker,
            checker=checker,
            at=at,
            valid_from=valid_from,
        )
        for kind, document, valid_from in ((POLICY, policy, began), (SCHEME, SCHEME_SHIPPED, None))
    ]
    return any(made)
