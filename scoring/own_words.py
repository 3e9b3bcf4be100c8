"""What a list or velocity variable is in one sentence, and what changed between two catalogues. Pure, two languages."""

from typing import Any, Literal

import msgspec

from scoring.catalogue import Catalogue, Variable
from scoring.velocity import ListLookup, Velocity

Language = Literal["en", "zh"]
_AGGREGATES = {
    "count": ("number of {event}", "{event}次数"),
    "sum_minor": ("total amount of {event}", "{event}总金额"),
    "max_minor": ("largest amount of {event}", "{event}最大单笔金额"),
    "mean_minor": ("mean amount of {event}", "{event}平均金额"),
    "distinct_customers": ("number of different customers with {event}", "发生{event}的不同客户数"),
    "distinct_devices": ("number of different devices with {event}", "发生{event}的不同设备数"),
    "distinct_phones": ("number of different phones with {event}", "发生{event}的不同电话数"),
    "days_since_last": ("days since the last of {event}", "距最近一次{event}的天数"),
}
EVENT_WORDS = {
    "application": ("applications here", "在本机构的申请"),
    "decline": ("declines here", "在本机构的拒绝"),
    "decline_elsewhere": ("declines elsewhere", "在他处的拒绝"),
    "loan_elsewhere": ("new loans elsewhere", "在他处的新增贷款"),
    "enquiry_elsewhere": ("enquiries by other lenders", "其他机构的查询"),
    "instalment_missed": ("missed instalments", "未还分期"),
    "instalment_paid": ("paid instalments", "已还分期"),
    "transfer_in": ("transfers received", "转入"),
    "transfer_out": ("transfers sent", "转出"),
    "cash_out": ("cash withdrawals", "取现"),
    "contact_lost": ("losses of contact", "失联"),
    "disbursement": ("loans paid out", "贷款发放"),
    "missed_elsewhere": ("missed instalments elsewhere", "他处未还分期"),
    "lender_inflow": ("receipts from lenders", "收到贷款机构资金"),
    "income_stopped": ("stops of income", "收入中断"),
    "income_fell": ("falls in income", "收入下降"),
    "negative_balance": ("negative balances", "账户余额为负"),
    "gambling_spend": ("gambling-like spendings", "类赌博消费"),
    "employer_shock": ("shocks at the employer", "工作单位异动"),
    "region_shock": ("shocks in the region", "地区异动"),
    "guarantor_trouble": ("guarantors in trouble", "担保人出险"),
    "linked_customer_trouble": ("linked customers in trouble", "关联客户出险"),
    "diversion_suspected": ("suspicions of diversion", "疑似挪用"),
    "diversion_confirmed": ("confirmed diversions", "确认挪用"),
    "evergreening": ("new loans that pay arrears of old ones", "借新还旧"),
}
_ENTITIES = {
    "customer": ("of the applicant", "申请人本人"),
    "phone": ("with the applicant's phone", "与申请人电话相同的"),
    "device": ("with the applicant's device", "与申请人设备相同的"),
    "address": ("with the applicant's address", "与申请人地址相同的"),
}
_LISTS = {"BLACK": ("black", "黑"), "WHITE": ("white", "白"), "GREY": ("grey", "灰")}
DIMENSION_WORDS = {
    "national_id": ("national ID", "证件号码"),
    "phone": ("phone", "电话"),
    "device_id": ("device", "设备"),
    "address": ("address", "地址"),
    "bank_card": ("bank card", "银行卡"),
    "employer": ("employer", "工作单位"),
}


class Change(msgspec.Struct, frozen=True):
    """One difference: what it is about, in which way it changed, and lines of old and new."""

    kind: Literal["added", "changed", "removed"]
    part: Literal["variable", "reason"]
    name: str
    lines: list[tuple[str, str, str]]
    """Field, old, new."""


def velocity_sentence(definition: Velocity, language: Language) -> str:
    """ "Number of declines here with the applicant's phone in the 7 days before", in the reader's language."""
    at = 0 if language == "en" else 1
    event = EVENT_WORDS.get(definition.event, (definition.event, definition.event))[at]
    counted = _AGGREGATES[definition.aggregate][at].format(event=event)
    who = _ENTITIES[definition.entity][at]
    if language == "en":
        return f"{counted} {who} in the {definition.window_days} days before".capitalize().replace("Id", "ID")
    return f"申请前 {definition.window_days} 天内{who}{counted}"


def list_sentence(definition: ListLookup, language: Language) -> str:
    """Which identifier is looked for on which list."""
    at = 0 if language == "en" else 1
    kind, dimension = _LISTS[definition.kind][at], DIMENSION_WORDS[definition.dimension][at]
    if language == "en":
        return f"Whether the applicant's {dimension} is on the {kind} list"
    return f"申请人的{dimension}是否在{kind}名单上"


def own_sentence(variable: Variable, language: Language) -> str:
    """The sentence of a list or velocity variable; empty for others."""
    if variable.velocity is not None:
        return velocity_sentence(variable.velocity, language)
    return list_sentence(variable.list, language) if variable.list is not None else ""


def catalogue_changes(before: Catalogue, after: Catalogue) -> list[Change]:
    """What differs, variables first, each in the order of the new catalogue, then what is gone."""
    parts: list[tuple[Literal["variable", "reason"], dict[str, Any], dict[str, Any]]] = [
        ("variable", _variables(before), _variables(after)),
        ("reason", before.reasons_by_code(), after.reasons_by_code()),
    ]
    found: list[Change] = []
    for part, old, new in parts:
        for name, item in new.items():
            if name not in old:
                found.append(Change("added", part, name, _lines(None, item)))
            elif old[name] != item:
                found.append(Change("changed", part, name, _lines(old[name], item)))
        found += [Change("removed", part, name, _lines(item, None)) for name, item in old.items() if name not in new]
    return found


def _variables(catalogue: Catalogue) -> dict[str, Variable]:
    return {f"{item.name} ({', '.join(item.products)})": item for item in catalogue.variables}


def _lines(old: Any, new: Any) -> list[tuple[str, str, str]]:
    known = new if new is not None else old
    defaults = {field.name: field.default for field in msgspec.structs.fields(type(known))}
    lines = []
    for name in known.__struct_fields__:
        was = getattr(old, name) if old is not None else defaults[name]
        now = getattr(new, name) if new is not None else defaults[name]
        if was != now and name not in ("name", "code"):
            lines.append((name, _words(was), _words(now)))
    return lines


def _words(value: Any) -> str:
    if isinstance(value, Velocity):
        return f"{velocity_sentence(value, 'en')} / {velocity_sentence(value, 'zh')}"
    if isinstance(value, ListLookup):
        return f"{list_sentence(value, 'en')} / {list_sentence(value, 'zh')}"
    if isinstance(value, list):
        return ", ".join(_words(item) for item in value)
    if value is None or value is msgspec.NODEFAULT or type(value).__name__ == "NoDefault":
        return ""
    return str(value)
