"""What the reasons of a health code say, in both languages."""

from typing import Final

REASONS: Final[dict[str, tuple[str, str]]] = {
    "DIVERSION_RED": ("Loan money was used for another purpose, as a person confirmed", "经人工确认贷款资金被挪用"),
    "DIVERSION_AMBER": ("Loan money was used for another purpose, as a person confirmed", "经人工确认贷款资金被挪用"),
    "PAST_DUE_RED": ("Payments are long past due", "还款逾期时间较长"),
    "PAST_DUE_AMBER": ("Payments are past due", "存在逾期还款"),
    "CATEGORY_RED": ("A loan is classified as impaired", "有贷款被划为不良"),
    "CATEGORY_AMBER": ("A loan is under special mention", "有贷款被划为关注类"),
    "WARNING_RED": ("A severe early warning is open", "存在未关闭的严重预警"),
    "WARNING_AMBER": ("An early warning is open", "存在未关闭的预警"),
    "RISK_RED": ("The personal risk coefficient is high", "个人风险系数偏高"),
    "RISK_AMBER": ("The personal risk coefficient is raised", "个人风险系数有所上升"),
    "DISPUTED": ("The data are disputed and are being looked at", "数据存在争议，正在核查"),
    "STALE": ("The data are too old", "数据过旧"),
    "INCOMPLETE": ("Too few of the loans could be assessed", "可评估的贷款过少"),
    "SHORT_HISTORY": ("The history is too short", "历史记录过短"),
    "NO_COEFFICIENT": ("There is no risk coefficient", "没有风险系数"),
    "NO_DPD": ("It is not known whether payments are past due", "无法得知是否逾期"),
    "NO_POLICY": ("No health policy is in force", "没有生效的健康码政策"),
    "OVERRIDE": ("Set by an approved decision of staff", "由经复核的人工决定设定"),
    "OVERRIDE_ENDED": ("An approved decision has ended and no review followed yet", "人工决定已到期，尚未重新评估"),
    "NO_CODE": ("No review has assessed this customer yet", "尚未经过任何评估"),
    "NOT_REVIEWED": ("The last review is too long ago", "距上次评估时间过长"),
}
COLOUR_WORDS: Final[dict[str, tuple[str, str]]] = {
    "GREEN": ("GREEN", "绿色"),
    "AMBER": ("AMBER", "黄色"),
    "RED": ("RED", "红色"),
    "NOT_ASSESSED": ("NOT ASSESSED", "未评估"),
}
