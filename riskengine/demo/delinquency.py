"""Buckets and categories of the demo: five categories as in China from 2023-07-01, and those of its cards."""

from datetime import date, datetime

from audit.models import User
from lending.models import Product
from monitoring.delinquency.buckets import Bucket, Words
from monitoring.delinquency.classification import Category, LoanClassification
from monitoring.delinquency_policy import BUCKETS_KIND, CLASSIFICATION_KIND, DelinquencyBuckets
from riskengine.demo.book import CARD, INSTALMENT
from riskengine.demo.governed import governed_ensure

BUCKETS = DelinquencyBuckets(
    buckets=[
        Bucket("M0", 0, 0, Words("Current", "未逾期")),
        Bucket("M1", 1, 30, Words("1 to 30 days", "1至30天")),
        Bucket("M2", 31, 60, Words("31 to 60 days", "31至60天")),
        Bucket("M3", 61, 90, Words("61 to 90 days", "61至90天")),
        Bucket("M4", 91, 120, Words("91 to 120 days", "91至120天")),
        Bucket("M5-6", 121, 180, Words("121 to 180 days", "121至180天")),
        Bucket("M7+", 181, None, Words("181 days and more", "181天及以上")),
    ]
)
NAMES = {
    "NORMAL": Words("Normal", "正常"),
    "SPECIAL_MENTION": Words("Special mention", "关注"),
    "SUBSTANDARD": Words("Substandard", "次级"),
    "DOUBTFUL": Words("Doubtful", "可疑"),
    "LOSS": Words("Loss", "损失"),
}
CITATION = Words(
    "Supports China's Measures for the Risk Classification of Financial Assets of Commercial Banks (Order No. 1 [2023]"
    " of the banking regulator and the central bank), in force from 2023-07-01: overdue, diverted or refinanced at"
    " least special mention; more than 90, 270 and 360 days; conditions of an upgrade; observation after a"
    " restructuring. Check the text before relying on it.",
    "支持《商业银行金融资产风险分类办法》（中国银行保险监督管理委员会 中国人民银行令〔2023〕第1号，2023年7月1日起"
    "施行）："
    "逾期、擅自改变资金用途、借新还旧至少归为关注类；逾期超过90天、270天、360天；上调条件；重组观察期。使用前请核对原文。",
)
CARD_CITATION = Words(
    "Supports article 92 of China's Measures for the Supervision of Credit Card Business of Commercial Banks: 1 to 90"
    " days special mention, 91 to 120 substandard, 121 to 180 doubtful, more than 180 loss; upgrades as for other"
    " assets. Check the text before relying on it.",
    "支持《商业银行信用卡业务监督管理办法》第九十二条：逾期1至90天为关注类，91至120天为次级类，121至180天为可疑类，"
    "超过180天为损失类；上调条件同其他金融资产。使用前请核对原文。",
)


def _five(days: tuple[int, int, int, int, int], citation: Words, technical_days: int) -> LoanClassification:
    return LoanClassification(
        categories=[Category(code, start, name) for (code, name), start in zip(NAMES.items(), days, strict=True)],
        citation=citation,
        impaired_from="SUBSTANDARD",
        restructured_at_least="SPECIAL_MENTION",
        diverted_at_least="SPECIAL_MENTION",
        refinanced_at_least="SPECIAL_MENTION",
        technical_days=technical_days,
    )


# The demo's card accounts are of 2005, before the measures: there they count from then on.
CLASSIFICATIONS = {
    INSTALMENT: (_five((0, 1, 91, 271, 361), CITATION, 7), date(2023, 7, 1)),
    CARD: (_five((0, 1, 91, 121, 181), CARD_CITATION, 0), date(2005, 1, 1)),
}
NOTE = "As shipped with the demo; a lender writes its own."
CARD_NOTE = "As shipped with the demo, whose card accounts are of 2005: counts from then on, earlier than the measures."


def delinquency_policies_ensure(*, product: Product, maker: User, checker: User, at: datetime) -> bool:
    """Take the product's buckets and classification live unless they are; whether it did."""
    classification, start = CLASSIFICATIONS[product.code]
    documents = (
        (BUCKETS_KIND.code, BUCKETS, date(2005, 1, 1), NOTE),
        (CLASSIFICATION_KIND.code, classification, start, CARD_NOTE if product.code == CARD else NOTE),
    )
    made = [
        governed_ensure(
            kind=code,
            name=product.code,
            document=document,
            note=note,
            maker=maker,
            checker=checker,
            at=at,
            valid_from=valid_from,
        )
        for code, document, valid_from, note in documents
    ]
    return any(made)
