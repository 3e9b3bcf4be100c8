"""The wording of differences between documents: section and field names, sentence patterns. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from rules.words import Language, on_unknown_words, outcome_words, pick, purpose_words, value_words


class Section(NamedTuple):
    """A part of a document: its name, what one entry is called, and the heading (en, zh)."""

    name: str
    one_words: tuple[str, str]
    heading_words: tuple[str, str]
    has_order: bool = False

    def one(self, language: Language) -> str:
        """What one entry is called."""
        return pick(self.one_words, language)

    def heading(self, language: Language) -> str:
        """The heading of the section."""
        return pick(self.heading_words, language)


SECTIONS: dict[str, Section] = {
    section.name: section
    for section in (
        Section(
            "default_outcome", ("Outcome when no rule hits", "无规则命中时的结果"), ("Default outcome", "默认结果")
        ),
        Section("parameters", ("Threshold", "阈值"), ("Parameters", "参数")),
        Section("derived", ("Derived variable", "派生变量"), ("Derived variables", "派生变量")),
        Section("rules", ("Rule", "规则"), ("Rules", "规则"), has_order=True),
        Section("patterns", ("Pattern", "模式"), ("Patterns", "模式")),
        Section("tables", ("Table", "决策表"), ("Tables", "决策表")),
        Section("scorecards", ("Scorecard", "评分卡"), ("Scorecards", "评分卡")),
        Section("grades", ("Grade", "等级"), ("Grades", "等级"), has_order=True),
        Section("score_with", ("Scored by the model for", "改用模型："), ("Choice of the model", "模型选择")),
        Section("offer", ("Offer", "报价"), ("Offer", "报价")),
        Section("cases", ("Case", "案例"), ("Cases", "案例")),
    )
}
KEYS = {
    "parameters": "name",
    "derived": "name",
    "rules": "code",
    "patterns": "code",
    "tables": "name",
    "scorecards": "name",
    "grades": "grade",
    "cases": "name",
    "score_with": "purpose",
}
FIELDS: dict[str, tuple[str, str]] = {
    "en": ("English label", "英文名称"),
    "zh": ("Chinese label", "中文名称"),
    "label_en": ("English label", "英文名称"),
    "label_zh": ("Chinese label", "中文名称"),
    "value": ("value", "取值"),
    "type": ("type", "类型"),
    "unit": ("unit", "单位"),
    "minimum": ("lowest allowed value", "允许的最小值"),
    "maximum": ("highest allowed value", "允许的最大值"),
    "help_en": ("English help", "英文说明"),
    "help_zh": ("Chinese help", "中文说明"),
    "expression": ("formula", "公式"),
    "when": ("condition", "条件"),
    "where": ("condition", "条件"),
    "then.outcome": ("outcome", "结果"),
    "then.reason": ("reason", "理由"),
    "then.points": ("points", "分值"),
    "then.set": ("values set", "赋值"),
    "on_unknown": ("when it cannot be evaluated", "无法判断时"),
    "within": ("time window", "时间窗口"),
    "steps": ("steps", "步骤"),
    "max_pd": ("highest PD", "最高违约概率"),
    "hit_policy": ("hit policy", "命中策略"),
    "inputs": ("inputs", "输入"),
    "outputs": ("outputs", "输出"),
    "expect.outcome": ("expected outcome", "预期结果"),
    "expect.grade": ("expected grade", "预期等级"),
    "expect.hits": ("rules that must hit", "应命中的规则"),
    "expect.misses": ("rules that must not hit", "不应命中的规则"),
    "expect.reasons": ("expected reasons", "预期理由"),
    "expect.amount_offered_minor": ("expected offer in minor units", "预期报价（最小货币单位）"),
    "as": ("name", "代号"),
    "event": ("event", "事件"),
    "legal_basis": ("legal basis", "法律依据"),
    "pd": ("PD", "违约概率"),
    "score_points": ("score points", "评分"),
    "table": ("table", "决策表"),
    "amount_variable": ("variable of the amount requested", "申请金额变量"),
    "term_variable": ("variable of the term requested", "申请期限变量"),
    "amount_reason": ("reason for a smaller amount", "降额理由"),
    "term_reason": ("reason for a shorter term", "缩期理由"),
    "expect": ("expected result", "预期结果"),
}
SENTENCES: dict[str, tuple[str, str]] = {
    "value": ("{}: {} → {}", "{}：{} → {}"),
    "setting": ("{}: {} → {}", "{}：{} → {}"),
    "field": ("{}, {}: {} → {}", "{}，{}：{} → {}"),
    "cell": ("{}, row {}, {}: {} → {}", "{}，第 {} 行，{}：{} → {}"),
    "step": ("{}, step {}, {}: {} → {}", "{}，第 {} 步，{}：{} → {}"),
    "row_added": ("{}: row {} added ({})", "{}：新增第 {} 行（{}）"),
    "row_removed": ("{}: row {} removed ({})", "{}：删除第 {} 行（{}）"),
    "added": ("{} added", "新增{}"),
    "added_with": ("{} added: {}", "新增{}：{}"),
    "removed": ("{} removed", "删除{}"),
    "moved": ("{} moved from place {} to place {}", "{}由第 {} 位移到第 {} 位"),
    "switched_on": ("{} switched on", "{}已启用"),
    "switched_off": ("{} switched off", "{}已停用"),
    "rule": ("if {} then {}", "若 {} 则{}"),
}


def sentence(pattern: str, language: Language, *parts: Any) -> str:
    """A sentence of SENTENCES with its parts; values are put into words."""
    words = (part if isinstance(part, str) and part else value_words(part, "", language) for part in parts)
    return pick(SENTENCES[pattern], language).format(*words)


def subject_words(section: Section, entry: Mapping[str, Any], language: Language) -> str:
    """An entry by kind, label and code: Rule R1 “Too young”."""
    key = str(entry.get(KEYS[section.name]))
    if section.name == "score_with":
        words = purpose_words(key, language)
        return pick((f"{section.one('en')} {words}", f"{section.one('zh')}{words}"), language)
    suffix = "en" if language == "en" else "zh"
    label = entry.get(f"label_{suffix}") or entry.get(suffix)
    if label and label != key:
        return pick((f"{section.one('en')} “{label}” ({key})", f"{section.one('zh')}「{label}」（{key}）"), language)
    if section.name == "cases":
        return pick((f"{section.one('en')} “{key}”", f"{section.one('zh')}「{key}」"), language)
    return pick((f"{section.one('en')} {key}", f"{section.one('zh')} {key}"), language)


def field_words(field: str, value: Any, unit: str, language: Language) -> str:
    """A field's value as people read it."""
    if field in ("then.outcome", "expect.outcome", "default_outcome") and isinstance(value, str):
        return outcome_words(value, language)
    if field == "on_unknown" and isinstance(value, str):
        return on_unknown_words(value, language)
    return value_words(value, unit, language)


def added_words(section: Section, entry: Mapping[str, Any], language: Language) -> str:
    """The sentence for a new entry, with what it says."""
    subject = subject_words(section, entry, language)
    if section.name == "parameters":
        return sentence(
            "added_with", language, subject, value_words(entry.get("value"), str(entry.get("unit") or ""), language)
        )
    if section.name == "rules" and isinstance(entry.get("then"), Mapping):
        outcome = outcome_words(str(entry["then"].get("outcome") or ""), language)
        return sentence("added_with", language, subject, sentence("rule", language, entry.get("when"), outcome))
    if section.name == "score_with":
        return sentence("added_with", language, subject, entry.get("when"))
    if section.name == "derived":
        return sentence("added_with", language, subject, entry.get("expression"))
    if section.name == "grades":
        return sentence("added_with", language, subject, f"PD ≤ {value_words(entry.get('max_pd'), '', language)}")
    return sentence("added", language, subject)
