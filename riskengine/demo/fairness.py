"""The fairness policies of the demo's products, and the necessity recorded where a shipped rule set is flagged."""

from datetime import datetime, timedelta

import msgspec

from audit.governed_kinds import Text
from audit.models import GovernedDocument, User
from audit.services.governed import governed_approve, governed_draft, governed_live, governed_submit
from lending.models import Product
from riskengine.demo.book import CARD, INSTALMENT
from rules.models import RuleSetVersion
from rules.services.fairness import version_fairness, version_fairness_standing
from rules.services.fairness_search import RuleTried, version_search
from scoring.services.fairness_kinds import NECESSITY, POLICY, Alternative, FairnessNecessity, FairnessPolicy

POLICIES = {
    INSTALMENT: FairnessPolicy(attributes=["age_years[<=25]", "age_years[>=60]", "status_sex", "foreign_worker"]),
    CARD: FairnessPolicy(attributes=["sex", "marriage", "age_years[<=25]", "age_years[>=60]"]),
}
NOTE = "Four fifths, by everything that is kept only so that this can be tested."
# The one attribute that the demo justifies; a flag by any other stops the demo, as it should.
JUSTIFIED = "status_sex"
WHY = Text(
    "In the data of 1994, 20 of the 50 divorced or separated men did not repay, against 25 of the 92 married or"
    " widowed men they are compared with. The policy reads neither sex nor marital status. It approves fewer of them"
    " for what it does read: the state of their accounts, their reserves and their credit history. With 50 people the"
    " interval is wide; it is to be measured again on recorded decisions before this expires.",
    "1994 年数据中，50 名离异或分居男性有 20 人未还款，作为比较对象的 92 名已婚或丧偶男性有 25 人。本政策不读取性别"
    "和婚姻状况；该群体通过率较低，来自账户状况、储蓄余地和信用记录等政策所读取的变量。该群体仅 50 人，置信区间较宽，"
    "到期前须用实际审批记录重新测量。",
)
SEARCH = Text(
    "The same applications were decided without each rule in turn. No single rule, left out, brings the ratio to four"
    " fifths; those that raise it most are listed with what they cost.",
    "用同一批申请逐条去掉规则重新决定：去掉任何单条规则都不能使比率达到五分之四；提升最多的几条及其代价列于下方。",
)
DAYS, LISTED = 365, 5


def fairness_ensure(*, product: Product, maker: User, checker: User, at: datetime) -> bool:
    """Take the product's fairness policy live unless one is; whether it did."""
    if governed_live(POLICY, product.code, on=at.date()) is not None:
        return False
    _take_live(POLICY, product.code, POLICIES[product.code], maker, checker, at)
    return True


def necessity_ensure(*, version: RuleSetVersion, maker: User, checker: User, at: datetime) -> bool:
    """Record why a version may go live although it is flagged by the attribute the demo justifies; whether it did."""
    standing = version_fairness_standing(version, version_fairness(version, at.date()), at.date())
    if standing is None or standing.open != [JUSTIFIED]:
        return False
    as_it_is, *tried = version_search(version, JUSTIFIED, at.date())
    if any(one.state == "pass" for one in tried):
        return False  # then it is not necessary
    necessity = FairnessNecessity(
        attributes=[JUSTIFIED],
        necessity=WHY,
        search=SEARCH,
        alternatives=[_alternative(as_it_is, one) for one in tried[:LISTED]],
        expires_on=at.date() + timedelta(days=DAYS),
    )
    _take_live(NECESSITY, version.content_hash, necessity, maker, checker, at)
    return True


def _alternative(as_it_is: RuleTried, one: RuleTried) -> Alternative:
    cost = (
        f"approved {as_it_is.approve_share:.1%} → {one.approve_share:.1%},"
        f" bad among them {as_it_is.bad_rate or 0:.1%} → {one.bad_rate or 0:.1%}"
    )
    return Alternative(f"- {one.code}", cost, one.ratio or 0.0)


def _take_live(kind: str, name: str, document: msgspec.Struct, maker: User, checker: User, at: datetime) -> None:
    draft = governed_draft(kind=kind, name=name, document=document, author=maker, at=at, valid_from=at.date())
    governed_submit(governed=draft, maker=maker, at=at, comment=NOTE)
    draft = GovernedDocument.objects.get(pk=draft.pk)
    governed_approve(governed=draft, checker=checker, content_hash=draft.content_hash, at=at)
