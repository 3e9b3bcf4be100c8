"""Patterns explained in a sentence, English and Chinese. Pure."""

import re

from rules.engine.document import Pattern
from rules.language import tree
from rules.language.parse import parse
from rules.language.problems import ExpressionInvalid
from rules.language.tree import Node
from rules.words import Language, money_words, number_words, outcome_words, pick

EVENTS: dict[str, tuple[str, str]] = {
    "application": ("an application", "申请"),
    "decline": ("a decline by us", "本机构拒绝"),
    "decline_elsewhere": ("a decline by another lender", "其他机构拒绝"),
    "loan_elsewhere": ("a new loan elsewhere", "他处新增贷款"),
    "enquiry_elsewhere": ("an enquiry by another lender", "其他机构查询"),
    "instalment_missed": ("a missed instalment", "未还分期"),
    "instalment_paid": ("an instalment paid", "还款"),
    "transfer_in": ("a transfer received", "收到转账"),
    "transfer_out": ("a transfer sent", "转出资金"),
    "cash_out": ("a cash withdrawal", "取现"),
    "contact_lost": ("contact lost", "失联"),
    "disbursement": ("a loan paid out", "贷款发放"),
    "missed_elsewhere": ("a missed instalment elsewhere", "他处未还分期"),
    "lender_inflow": ("money received from a lender", "收到贷款机构资金"),
    "income_stopped": ("income stopped", "收入中断"),
    "income_fell": ("a fall in income", "收入下降"),
    "negative_balance": ("a negative balance", "账户余额为负"),
    "gambling_spend": ("gambling-like spending", "类赌博消费"),
    "employer_shock": ("a shock at the employer", "工作单位异动"),
    "region_shock": ("a shock in the region", "地区异动"),
    "guarantor_trouble": ("a guarantor in trouble", "担保人出险"),
    "linked_customer_trouble": ("a linked customer in trouble", "关联客户出险"),
    "diversion_suspected": ("suspected diversion of loan money", "疑似挪用贷款资金"),
    "diversion_confirmed": ("confirmed diversion of loan money", "确认挪用贷款资金"),
    "evergreening": ("new loan that pays arrears of an old one", "借新还旧掩盖逾期"),
}
FIELDS: dict[str, tuple[str, str]] = {
    "customer": ("customer", "客户"),
    "loan": ("loan", "贷款"),
    "phone_key": ("phone", "电话"),
    "device_key": ("device", "设备"),
    "address_key": ("address", "地址"),
    "amount_minor": ("amount", "金额"),
    "category": ("category", "类别"),
    "source": ("source", "来源"),
    "at": ("time", "时间"),
}
OTHER: dict[str, tuple[str, str]] = {
    "=": ("the same {field} as {place}", "{field}与{place}相同"),
    "!=": ("another {field} than {place}", "{field}与{place}不同"),
    "<": ("{field} less than that of {place}", "{field}小于{place}"),
    "<=": ("{field} at most that of {place}", "{field}不超过{place}"),
    ">": ("{field} more than that of {place}", "{field}大于{place}"),
    ">=": ("{field} at least that of {place}", "{field}不低于{place}"),
}
FIXED: dict[str, tuple[str, str]] = {
    "=": ("{field} {value}", "{field}为{value}"),
    "!=": ("{field} not {value}", "{field}不为{value}"),
    "<": ("{field} below {value}", "{field}小于 {value}"),
    "<=": ("{field} at most {value}", "{field}不超过 {value}"),
    ">": ("{field} above {value}", "{field}大于 {value}"),
    ">=": ("{field} at least {value}", "{field}不低于 {value}"),
}
PLACES = "①②③④⑤⑥⑦⑧"
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_UNITS = (("week", "周"), ("day", "天"), ("hour", "小时"), ("minute", "分钟"), ("second", "秒"))


def duration_words(text: str, language: Language) -> str:
    """An ISO-8601 duration of weeks to seconds: P7D → 7 days; any other text as it is."""
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groups()):
        return text
    parts = []
    for number, (english, chinese) in zip(found.groups(), _UNITS, strict=True):
        if number:
            plural = "" if int(number) == 1 else "s"
            parts.append(pick((f"{int(number)} {english}{plural}", f"{int(number)} {chinese}"), language))
    return " ".join(parts)


def pattern_words(pattern: Pattern, language: Language, currency: str = "") -> str:
    """What a pattern looks for and what follows, in one sentence; steps are numbered ① ② …"""
    places = {step.alias: PLACES[at] for at, step in enumerate(pattern.steps)}
    steps = []
    for at, step in enumerate(pattern.steps):
        event = pick(EVENTS.get(step.event, (step.event, step.event)), language)
        where = _where_words(step.where, step.alias, places, language, currency)
        if where:
            where = pick((f" with {where}", f"（{where}）"), language)
        words = f"{event} {places[step.alias]}{where}"
        steps.append(pick(_frame(pattern, at), language).format(words))
    within = duration_words(pattern.within, language)
    outcome = outcome_words(pattern.then.outcome, language)
    sentence = pick(("Within {}: {}. Then: {}.", "{}内：{}。则：{}。"), language)
    return sentence.format(within, pick(("; ", "；"), language).join(steps), outcome)


def _frame(pattern: Pattern, at: int) -> tuple[str, str]:
    """How the step at this place is led in; what must not happen says until when."""
    step, is_last = pattern.steps[at], at == len(pattern.steps) - 1
    if step.is_absent:
        return (
            ("without {} until that time is over", "此后至期满没有{}")
            if is_last
            else ("without {} in between", "其间没有{}")
        )
    return ("{}", "先有{}") if at == 0 else ("then {}", "再有{}")


def _where_words(text: str, alias: str, places: dict[str, str], language: Language, currency: str) -> str:
    if not text.strip():
        return ""
    try:
        node = parse(text)
    except ExpressionInvalid:
        return text
    parts = node.items if isinstance(node, tree.And) else (node,)
    return pick((" and ", "，且"), language).join(
        _condition_words(part, alias, places, language, currency) or text for part in parts
    )


def _condition_words(node: Node, alias: str, places: dict[str, str], language: Language, currency: str) -> str:
    """One comparison of a step; empty where it is of another kind."""
    if not isinstance(node, tree.Comparison) or not isinstance(node.left, tree.Name):
        return ""
    owner, _, field = node.left.name.partition(".")
    name = pick(FIELDS.get(field, (field, field)), language)
    if owner != alias:
        name = pick((f"{name} of {places.get(owner, owner)}", f"{places.get(owner, owner)}的{name}"), language)
    if isinstance(node.right, tree.Name):
        other, _, other_field = node.right.name.partition(".")
        place = places.get(other, other)
        if other_field != field:
            other_name = pick(FIELDS.get(other_field, (other_field, other_field)), language)
            place = pick((f"the {other_name} of {place}", f"{place}的{other_name}"), language)
        return pick(OTHER[node.operator], language).format(field=name, place=place)
    if isinstance(node.right, tree.Literal):
        return pick(FIXED[node.operator], language).format(
            field=name, value=_value(node.right.value, field, language, currency)
        )
    return ""


def _value(value: object, field: str, language: Language, currency: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if field == "amount_minor" and currency:
            return money_words(value, currency)
        return number_words(int(value) if float(value).is_integer() else value)
    return pick((f"“{value}”", f"「{value}」"), language)
