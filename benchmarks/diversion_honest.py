"""What honest borrowers do that looks like diversion: shares and insurance from money of their own, rent to a person,
refunds, their own cards and mortgages, platforms. Written apart from what detects it, without its word list.

Whatever may not be bought with a loan is paid here out of own money alone: what the account would hold without the loan
until the statement ends is enough for it and for everything else that is paid so.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from benchmarks.diversion_streams import MAIN, SAVINGS
from benchmarks.diversion_writing import Payee, Writer

_SHARES: Final[tuple[Payee, ...]] = (
    ("东方财富证券", "银证转账", ""), ("Vanguard Brokerage", "buy index fund", "6211"), ("易方达基金", "定投", ""),
    ("Charles Street Securities", "shares", ""), ("银河证券", "", ""),
)  # fmt: skip
_INSURERS: Final[tuple[Payee, ...]] = (
    ("中国平安保险", "年缴保费", "6300"), ("Northern Mutual Insurance", "annual premium", "6300"),
    ("泰康人寿", "保险费", ""), ("Allied Life Assurance", "policy 8831", ""),
)  # fmt: skip
_PERSONS: Final[tuple[Payee, ...]] = (("李建国", "", ""), ("M. Novak", "for March", ""), ("王阿姨", "谢谢", ""))
_PLATFORMS: Final[tuple[Payee, ...]] = (
    ("支付宝（中国）网络技术有限公司", "", ""), ("财付通支付科技", "微信支付", ""), ("PayPal Europe", "", ""),
    ("京东商城业务", "", ""), ("Amazon Marketplace", "", ""),
)  # fmt: skip
_CARDS: Final[tuple[Payee, ...]] = (
    ("招商银行信用卡中心", "信用卡还款", ""), ("Card Services Harbour Bank", "credit card payment", ""),
)  # fmt: skip
_MORTGAGES: Final[tuple[Payee, ...]] = (
    ("中国建设银行", "个人住房贷款还款", ""), ("Harbour Bank", "mortgage instalment", ""),
)  # fmt: skip
_SWEEPS: Final[tuple[Payee, ...]] = (("余额宝", "转入余额宝", ""), ("零钱通", "转入零钱通", ""))
_MONTHS: Final = (-45, -15, 15, 45, 75)
"""Days from the payout of what is paid month by month, before it as after it."""


def honest(writer: Writer, unspent_minor: int) -> None:
    """Some of it in every stream; `unspent_minor` is what neither the purpose nor anything else took of the loan."""
    for chance, habit in _HABITS:
        if writer.chance.random() < chance:
            habit(writer)
    if writer.chance.random() < 0.3:
        part = round(unspent_minor * writer.chance.uniform(0.3, 0.9))
        writer.pay(MAIN, writer.hours(24, 24 * 40), part, writer.chance.choice(_PLATFORMS))
    elif writer.chance.random() < 0.2:
        _swept(writer, round(unspent_minor * 0.8))


def _shares(writer: Writer) -> None:
    """Bought at once, while the loan's money lies on the same account."""
    _own(writer, MAIN, writer.chance.uniform(0.3, 0.9), writer.hours(5 * 24, 60 * 24), _SHARES)


def _shares_from_savings(writer: Writer) -> None:
    _own(writer, SAVINGS, writer.chance.uniform(0.3, 0.9), writer.hours(24, 60 * 24), _SHARES)


def _insurance(writer: Writer) -> None:
    _own(writer, MAIN, writer.chance.uniform(0.05, 0.3), writer.hours(24, 70 * 24), _INSURERS)


def _rent(writer: Writer) -> None:
    _monthly(writer, _PERSONS, 0.1)


def _card(writer: Writer) -> None:
    _monthly(writer, _CARDS, 0.08)


def _mortgage(writer: Writer) -> None:
    _monthly(writer, _MORTGAGES, 0.08)


def _saving_plan(writer: Writer) -> None:
    _monthly(writer, _SHARES, 0.06)


def _second_account(writer: Writer) -> None:
    """A part of the salary goes to an account of one's own, before the loan as after it."""
    part = round(writer.own_room(MAIN) * 0.06)
    for day in _MONTHS:
        if part > 0:
            writer.move(MAIN, SAVINGS, timedelta(days=day, minutes=5), part)
    writer.own_spent[MAIN] += part * len(_MONTHS)


def _rotation(writer: Writer) -> None:
    """Shares are sold, and others bought for the proceeds some days later at the same broker."""
    minor = round(writer.amount * writer.chance.uniform(0.05, 0.25))
    payee, key, begun = writer.chance.choice(_SHARES), "key:broker", writer.hours(5 * 24, 50 * 24)
    writer.receive(MAIN, begun, minor, payee, key)
    writer.pay(MAIN, begun + writer.hours(20, 72), minor, payee, key)


def _refund(writer: Writer) -> None:
    """Something is bought for the purpose, brought back, and paid back whole."""
    minor, payee = round(writer.amount * writer.chance.uniform(0.02, 0.05)), writer.purpose_payee()
    begun = writer.hours(24, 24 * 20)
    writer.pay(MAIN, begun, minor, payee, "key:shop")
    writer.receive(MAIN, begun + writer.hours(48, 240), minor, payee, "key:shop")


def _swept(writer: Writer, minor: int) -> None:
    """What is not needed yet waits in a payment app's fund and comes back."""
    payee, begun = writer.chance.choice(_SWEEPS), writer.hours(12, 24 * 5)
    writer.pay(MAIN, begun, minor, payee, "key:app")
    writer.receive(MAIN, begun + writer.hours(48, 24 * 20), minor, payee, "key:app")


_HABITS: Final[tuple[tuple[float, Callable[[Writer], None]], ...]] = (
    (0.25, _shares), (0.15, _shares_from_savings), (0.3, _insurance), (0.3, _rent), (0.25, _card), (0.2, _mortgage),
    (0.2, _saving_plan), (0.3, _second_account), (0.1, _rotation), (0.2, _refund),
)  # fmt: skip


def _own(writer: Writer, account: int, share: float, after: timedelta, payees: tuple[Payee, ...]) -> None:
    """A share of the own money that is free on an account."""
    minor = round(writer.own_room(account) * share)
    if minor > 0:
        writer.pay(account, after, minor, writer.chance.choice(payees))
        writer.own_spent[account] += minor


def _monthly(writer: Writer, payees: tuple[Payee, ...], share: float) -> None:
    """The same amount to the same party, before the loan as after it, out of own money."""
    part, payee = round(writer.own_room(MAIN) * share), writer.chance.choice(payees)
    for day in _MONTHS:
        if part > 0:
            writer.pay(MAIN, timedelta(days=day, minutes=writer.chance.randint(0, 600)), part, payee)
    writer.own_spent[MAIN] += part * len(_MONTHS)
