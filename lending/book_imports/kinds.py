"""What can be imported: the kinds of rows, and the fields each has. Pure."""

import re
from typing import Final, Literal

import msgspec

ATTRIBUTE: Final = "attribute."
"""Before the name of a catalogued variable: a field that a loan keeps beside its own."""
_ATTRIBUTE: Final = re.compile(r"attribute\.[a-z][a-z0-9_]{0,63}")
FieldType = Literal["text", "integer", "money", "number", "day", "instant", "boolean"]


class Field(msgspec.Struct, frozen=True):
    """One field: its type, its names for people, and names that other systems give it."""

    name: str
    type: FieldType
    en: str
    zh: str
    is_required: bool = False
    synonyms: tuple[str, ...] = ()


class Kind(msgspec.Struct, frozen=True):
    """One kind of rows. `one_of` names groups of fields, of each of which a row has exactly one; `has_attributes`: rows
    may also carry `attribute.NAME`, of the catalogue's variables."""

    code: str
    en: str
    zh: str
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    has_attributes: bool = False

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        if self.has_attributes and _ATTRIBUTE.fullmatch(name):
            return attribute_field(name.removeprefix(ATTRIBUTE))
        return next((field for field in self.fields if field.name == name), None)


def attribute_field(name: str, en: str = "", zh: str = "") -> Field:
    """The field of a catalogued variable: an amount in minor units where its name says so, else as the catalogue
    reads it."""
    return Field(
        f"{ATTRIBUTE}{name}", "money" if name.endswith("_minor") else "text", en or name, zh or name, False, (name,)
    )


def _product(*, is_required: bool = True) -> Field:
    return Field("product", "text", "Product code", "产品代码", is_required, ("product_code", "产品"))


def _loan(*, is_required: bool = True) -> Field:
    synonyms = ("loan_id", "loan_number", "contract", "contract_no", "account_number", "合同号", "借据号", "贷款编号")
    return Field("loan", "text", "Contract number", "合同号", is_required, synonyms)


def _national_id(*, is_required: bool = False) -> Field:
    return Field(
        "national_id", "text", "National ID", "证件号码", is_required, ("id_number", "ssn", "身份证", "身份证号")
    )


def _known_at() -> Field:
    synonyms = ("reported_at", "received_at", "loaded_at", "updated_at", "报送时间", "更新时间")
    return Field("known_at", "instant", "Known since", "知悉时间", False, synonyms)


def _event_at(*synonyms: str) -> Field:
    return Field("event_at", "instant", "Happened", "发生时间", True, ("time", "timestamp", "occurred_at", *synonyms))


def _number(en: str, zh: str, *synonyms: str) -> Field:
    return Field("external_id", "text", en, zh, True, ("id", "reference", "编号", "流水号", *synonyms))


CUSTOMERS: Final = Kind(
    "customers", "Customers", "客户",
    (
        _national_id(is_required=True),
        Field("name", "text", "Name", "姓名", False, ("full_name", "customer_name", "客户姓名")),
        Field("phone", "text", "Phone", "电话", False, ("mobile", "telephone", "手机", "手机号")),
        Field("address", "text", "Address", "地址", False, ("home_address", "居住地址", "联系地址")),
        Field("email", "text", "E-mail", "电子邮箱", False, ("mail", "邮箱")),
        Field("employer", "text", "Employer", "工作单位", False, ("company", "单位", "雇主")),
        Field("bank_card", "text", "Bank card", "银行卡", False, ("card_number", "卡号")),
    ),
)  # fmt: skip
LOANS: Final = Kind(
    "loans", "Loans", "贷款",
    (
        _product(),
        _number("Contract number", "合同号", "loan_id", "loan_number", "contract", "contract_no", "借据号", "贷款编号"),
        _national_id(),
        Field("amount_minor", "money", "Amount or limit", "金额或额度", True, ("amount", "loan_amount", "贷款金额")),
        Field("disbursed_minor", "money", "Disbursed", "放款金额", False, ("funded_amount", "放款额")),
        Field("opened_on", "day", "Opened", "发放日", True, ("issue_date", "start_date", "disbursed_on", "放款日期")),
        Field("closed_on", "day", "Closed", "结清日", False, ("end_date", "closed_date", "结清日期")),
        Field("closed_cause", "text", "Why closed", "结清原因", False, ("close_reason", "closed_reason", "结清方式")),
        Field("purpose", "text", "Purpose", "用途", False, ("loan_purpose", "贷款用途")),
        Field("region", "text", "Region code", "地区代码", False, ("state", "province", "addr_state", "省份", "地区")),
        Field("branch", "text", "Branch", "机构", False, ("office", "分行", "网点")),
        Field("annual_rate", "number", "Annual rate", "年利率", False, ("interest_rate", "int_rate", "rate", "利率")),
        Field("term_months", "integer", "Term in months", "期限（月）", False, ("term", "tenor", "期限", "期数")),
        Field("currency", "text", "Currency", "币种", False, ("ccy",)),
        _known_at(),
    ),
    has_attributes=True,
)  # fmt: skip
INSTALMENTS: Final = Kind(
    "instalments", "Instalments", "还款计划",
    (
        _product(),
        _loan(),
        Field("number", "integer", "Number", "期次", True, ("instalment_no", "period", "installment", "期数")),
        Field("due_on", "day", "Due", "应还日", True, ("due_date", "应还日期", "到期日")),
        Field("principal_minor", "money", "Principal", "应还本金", True, ("principal", "本金")),
        Field("interest_minor", "money", "Interest", "应还利息", False, ("interest", "利息")),
        Field("fee_minor", "money", "Fees", "费用", False, ("fee", "fees", "手续费")),
        _known_at(),
    ),
)  # fmt: skip
REPAYMENTS: Final = Kind(
    "repayments", "Repayments", "还款",
    (
        _product(),
        _loan(),
        _number("Payment number", "还款编号", "payment_id", "repayment_id", "还款流水号"),
        Field("paid_on", "day", "Paid on", "还款日", True, ("payment_date", "paid_date", "还款日期", "value_date")),
        Field("amount_minor", "money", "Amount", "金额", True, ("amount", "paid_amount", "还款金额")),
        Field("currency", "text", "Currency", "币种", False, ("ccy",)),
        _known_at(),
    ),
)  # fmt: skip
LOAN_MONTHS: Final = Kind(
    "loan_months", "Statements of accounts", "账户月度账单",
    (
        _product(),
        _loan(),
        Field("business_date", "day", "Statement date", "账单日", True,
              ("statement_date", "month_end", "billing_date", "账单日期", "月末")),
        Field("payment_status", "integer", "Payment status, months late", "还款状态（逾期期数）", True,
              ("pay_status", "months_late", "逾期期数", "还款状态")),
        Field("billed_minor", "money", "Billed", "账单金额", True, ("bill_amount", "statement_balance", "账单余额")),
        Field("paid_minor", "money", "Paid", "还款金额", True, ("pay_amount", "payment", "已还金额", "本期还款")),
        Field("currency", "text", "Currency", "币种", False, ("ccy",)),
        _known_at(),
    ),
)  # fmt: skip
TRANSACTIONS: Final = Kind(
    "transactions", "Account transactions", "账户流水",
    (
        Field("account", "text", "Account reference", "账户编号", True, ("account_id", "account_ref", "账户")),
        _number("Transaction number", "交易编号", "transaction_id", "trans_id", "交易流水号"),
        _event_at("date", "booked_at", "交易时间", "交易日期"),
        Field("amount_minor", "money", "Amount, + in − out", "金额（收正付负）", True, ("amount", "交易金额")),
        Field("balance_after_minor", "money", "Balance after", "交易后余额", False, ("balance", "余额")),
        Field("currency", "text", "Currency", "币种", True, ("ccy",)),
        _product(),
        _loan(is_required=False),
        _national_id(),
        Field("account_number", "text", "Account number", "账号", False, ("iban",)),
        Field("counterparty", "text", "Counterparty", "对方户名", False, ("payee", "beneficiary", "对手方")),
        Field("counterparty_account", "text", "Counterparty's account", "对方账号", False, ("payee_account",)),
        Field("merchant_category", "text", "Merchant category", "商户类别码", False, ("mcc",)),
        Field("text", "text", "Text", "摘要", False, ("description", "memo", "narrative", "附言", "用途")),
        Field("category", "text", "Category", "类别", False, ("class",)),
        _known_at(),
    ),
    one_of=(("loan", "national_id"),),
)  # fmt: skip
BUREAU: Final = Kind(
    "bureau_updates", "Bureau updates", "征信更新",
    (
        _product(),
        _loan(is_required=False),
        _national_id(),
        Field("variable", "text", "Variable", "变量", True, ("field", "指标")),
        Field("value", "text", "Value", "取值", True, ("val", "值")),
        _event_at("as_of", "report_date", "报告时间"),
        _known_at(),
        Field("provenance", "text", "Who it comes from", "信息来自谁", False, ("source_type", "数据性质", "来源性质")),
        Field("is_verified", "boolean", "Verified", "已核实", False, ("verified", "是否核实", "核实标志")),
        Field("confirmed_by", "text", "Confirmed by", "佐证来源", False, ("confirming_source", "佐证方")),
    ),
    one_of=(("loan", "national_id"),),
)  # fmt: skip
EVENTS: Final = Kind(
    "risk_events", "Risk events", "风险事件",
    (
        _number("Event number", "事件编号", "event_id"),
        Field("kind", "text", "Kind", "种类", True, ("event", "event_type", "事件类型")),
        _product(),
        _loan(is_required=False),
        _national_id(),
        _event_at("event_date", "date", "事件时间"),
        Field("amount_minor", "money", "Amount", "金额", False, ("amount",)),
        Field("category", "text", "Category", "类别", False, ("class",)),
        _known_at(),
    ),
    one_of=(("loan", "national_id"),),
)  # fmt: skip
REGIONS: Final = Kind(
    "region_months", "Regional indicators", "地区指标",
    (
        Field("region", "text", "Region code", "地区代码", True, ("state", "province", "region_code", "省份", "地区")),
        Field("month", "day", "Month", "月份", True, ("date", "period", "月")),
        Field("indicator", "text", "Indicator", "指标", True, ("series", "variable", "指标名称")),
        Field("value", "number", "Value", "取值", True, ("val", "值")),
        _known_at(),
    ),
)  # fmt: skip
REGION_LIST: Final = Kind(
    "regions", "Regions", "地区",
    (
        Field("code", "text", "Region code", "地区代码", True, ("region", "region_code", "state", "省份代码")),
        Field("name_en", "text", "Name in English", "英文名称", False, ("name", "region_name", "english_name")),
        Field("name_zh", "text", "Name in Chinese", "中文名称", False, ("chinese_name", "地区名称", "名称", "省份")),
        Field("parent", "text", "Part of, region code", "上级地区代码", False, ("part_of", "parent_code", "上级地区")),
        Field("tile_column", "integer", "Column on the map", "地图列", False, ("column", "x", "列")),
        Field("tile_row", "integer", "Row on the map", "地图行", False, ("row", "y", "行")),
    ),
)  # fmt: skip
LINKS: Final = Kind(
    "customer_links", "Links between customers", "客户关联",
    (
        _product(is_required=False),
        _loan(is_required=False),
        _national_id(),
        Field("other_product", "text", "Linked customer's product code", "关联客户产品代码"),
        Field("other_loan", "text", "Linked customer's contract number", "关联客户合同号", False, ("guarantor_loan",)),
        Field("other_national_id", "text", "Linked customer's national ID", "关联客户证件号码", False,
              ("guarantor_id", "guarantor_id_number", "担保人身份证", "担保人证件号码", "关联人证件号码")),
        Field("kind", "text", "Kind of link", "关联种类", True, ("relation", "link_type", "关系", "关联关系")),
        Field("is_liable", "boolean", "Liable for the loan", "承担还款责任", False, ("liable", "是否担责")),
        Field("since", "day", "Since", "开始日", True, ("start_date", "from", "起始日期")),
        Field("until", "day", "Until", "结束日", False, ("end_date", "to", "终止日期")),
        _known_at(),
    ),
    one_of=(("loan", "national_id"), ("other_loan", "other_national_id")),
)  # fmt: skip

KINDS: Final[dict[str, Kind]] = {
    kind.code: kind
    for kind in (
        CUSTOMERS,
        LOANS,
        INSTALMENTS,
        REPAYMENTS,
        LOAN_MONTHS,
        TRANSACTIONS,
        BUREAU,
        EVENTS,
        REGIONS,
        REGION_LIST,
        LINKS,
    )
}
