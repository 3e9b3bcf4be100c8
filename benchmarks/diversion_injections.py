"""Seeded diversion of loan money in statements; written apart from what detects it, and without its word list.

Every stream gets payments for its declared purpose and harmless movements. Some of them get, in the place of such
payments, money that goes where no consumer loan may: at once, in parts, through another account, or weeks later.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Final

from benchmarks.diversion_honest import honest
from benchmarks.diversion_streams import LENDER_KEY, MAIN, SAVINGS, SPOUSE
from benchmarks.diversion_writing import Payee, Writer
from monitoring.diversion.model import Labelled, Pattern, Stream

DIVERTED: Final = (
    Pattern.SINGLE, Pattern.SPLIT, Pattern.TWO_HOPS, Pattern.DELAYED, Pattern.CIRCULAR, Pattern.PARTIAL,
)  # fmt: skip
_SHARE: Final = (0.5, 0.95)
"""Of the disbursed money."""
_PART: Final = (0.15, 0.45)
"""… where the purpose is paid for too."""
_PROHIBITED: Final[dict[str, Sequence[Payee]]] = {
    "property": (
        ("万科房地产开发有限公司", "购房首付款", ""), ("Greenfield Real Estate Developers", "down payment flat 12", ""),
        ("碧桂园置业", "", "6513"), ("Harbour View Homes", "deposit on apartment purchase", ""),
        ("城北房产交易中心", "二手房定金", ""), ("Oak Lane Realty", "", "6513"),
    ),
    "securities": (
        ("中信证券股份有限公司", "银证转账", ""), ("Interactive Brokers", "funding", "6211"),
        ("华泰证券", "证券保证金", ""), ("Northgate Securities Ltd", "trading account", ""),
        ("国泰君安期货有限公司", "期货入金", ""), ("天天基金", "基金申购", ""), ("Meridian Futures", "margin", "6211"),
    ),
    "other_lender": (
        ("招联消费金融", "还款", ""), ("QuickCash Loans", "loan repayment", ""), ("马上消费金融股份", "提前结清", ""),
        ("小额贷款公司恒信", "还贷", ""), ("Payday Express Lending", "instalment", "6012"),
    ),
    "equity": (
        ("上海启明股权投资基金", "入股款", ""), ("Founders Equity Partners", "capital contribution", ""),
        ("江南实业有限公司", "股权转让款", ""),
    ),
}  # fmt: skip
_PURPOSE: Final[dict[str, Sequence[Payee]]] = {
    "education": (
        ("新东方教育科技", "学费", "8299"), ("Lakeside University", "tuition fall term", "8220"),
        ("Wall Street English", "course fee", ""),
    ),
    "house_renovation": (
        ("东易日盛装饰", "装修款", ""), ("Home Depot", "tiles and paint", "5200"), ("立邦涂料专卖", "材料款", ""),
    ),
    "medical": (
        ("协和医院", "住院费", "8062"), ("St. Mary Hospital", "surgery", "8062"), ("Dr. Li Dental", "", "8021"),
    ),
    "vehicle": (("上海大众4S店", "购车款", "5511"), ("Riverside Motors", "car purchase", "5511")),
    "business": (("义乌小商品批发", "进货款", ""), ("Orient Wholesale Supplies", "invoice 2231", ""),
                 ("宏达机械设备", "设备款", "")),
    "travel": (("携程旅行", "旅行团费", "4722"), ("Sunset Tours", "package holiday", "4722"),
               ("Air Pacific", "tickets", "3000")),
}  # fmt: skip


def injected(streams: Sequence[Stream], seed: int) -> list[Labelled]:
    """Half of the streams diverted, as many in each pattern; the others harmless. Same seed, same lines."""
    found = []
    for place, stream in enumerate(streams):
        chance = Random(f"{seed}:{place}:{stream.disbursement.loan_id}")
        pattern = DIVERTED[place // 2 % len(DIVERTED)] if place % 2 else Pattern.NONE
        found.append(_labelled(stream, pattern, chance))
    return found


def _labelled(stream: Stream, pattern: Pattern, chance: Random) -> Labelled:
    writer = Writer(stream, chance, lambda: chance.choice(_PURPOSE[stream.disbursement.purpose]))
    amount = writer.amount
    diverted, category = 0, ""
    if pattern is not Pattern.NONE:
        diverted = round(amount * chance.uniform(*(_PART if pattern is Pattern.PARTIAL else _SHARE)))
        category = "circular_return" if pattern is Pattern.CIRCULAR else chance.choice(sorted(_PROHIBITED))
        _DIVERSIONS[pattern](writer, diverted, category)
    spent = round((amount - diverted) * chance.uniform(0.7, 0.95))
    _spend_as_declared(writer, spent)
    _harmless(writer)
    honest(writer, amount - diverted - spent)
    return Labelled(writer.whole(), pattern, diverted, category)


def _single(writer: Writer, minor: int, category: str) -> None:
    writer.pay(MAIN, writer.hours(2, 96), minor, _prohibited(writer, category))


def _split(writer: Writer, minor: int, category: str) -> None:
    parts = _parts(writer.chance, minor, writer.chance.randint(3, 6))
    for part in parts:
        writer.pay(MAIN, writer.hours(2, 240), part, _prohibited(writer, category))


def _two_hops(writer: Writer, minor: int, category: str) -> None:
    through = writer.chance.choice((SAVINGS, SPOUSE))
    moved = writer.hours(2, 48)
    writer.move(MAIN, through, moved, minor)
    writer.pay(through, moved + writer.hours(3, 72), minor, _prohibited(writer, category))


def _delayed(writer: Writer, minor: int, category: str) -> None:
    """The money waits on an account of one's own, as its holder would have it, and goes after 30 to 45 days."""
    through = writer.chance.choice((MAIN, SAVINGS))
    if through == SAVINGS:
        writer.move(MAIN, SAVINGS, writer.hours(2, 72), minor)
    writer.pay(through, writer.hours(30 * 24, 45 * 24), minor, _prohibited(writer, category))


def _circular(writer: Writer, minor: int, _category: str) -> None:
    """Straight back to the lender, beside any instalment."""
    writer.pay(MAIN, writer.hours(2, 120), minor, ("Our Bank", "存款 deposit", ""), LENDER_KEY)


_DIVERSIONS: Final[dict[Pattern, Callable[[Writer, int, str], None]]] = {
    Pattern.SINGLE: _single,
    Pattern.SPLIT: _split,
    Pattern.TWO_HOPS: _two_hops,
    Pattern.DELAYED: _delayed,
    Pattern.CIRCULAR: _circular,
    Pattern.PARTIAL: _single,
}


def _spend_as_declared(writer: Writer, minor: int) -> None:
    for part in _parts(writer.chance, minor, writer.chance.randint(1, 4)):
        writer.pay(MAIN, writer.hours(12, 24 * 25), part, writer.purpose_payee())


def _harmless(writer: Writer) -> None:
    """What honest borrowers do too: money to savings and back, a gift to the spouse, a little cash, an instalment."""
    small = writer.amount // 50
    if writer.chance.random() < 0.4:
        begun = writer.hours(24, 24 * 20)
        writer.move(MAIN, SAVINGS, begun, small)
        writer.move(SAVINGS, MAIN, begun + writer.hours(24, 24 * 10), small)
    if writer.chance.random() < 0.3:
        writer.move(MAIN, SPOUSE, writer.hours(24, 24 * 30), small)
    if writer.chance.random() < 0.4:
        writer.pay(MAIN, writer.hours(24, 24 * 30), small, ("ATM", "cash withdrawal", "6011"))
    if writer.chance.random() < 0.5:
        writer.pay(MAIN, timedelta(days=30), small, ("Our Bank", "贷款还款 instalment 1", ""), LENDER_KEY)


def _prohibited(writer: Writer, category: str) -> Payee:
    return writer.chance.choice(_PROHIBITED[category])


def _parts(chance: Random, minor: int, number: int) -> list[int]:
    """Positive parts that add up."""
    cuts = sorted(chance.sample(range(1, minor), number - 1)) if number > 1 else []
    return [high - low for low, high in zip([0, *cuts], [*cuts, minor], strict=True)]
