"""Conditions as people read them: names by their labels, codes by their meaning, thresholds by their value. Pure."""

import re
from collections.abc import Iterable, Mapping

import msgspec

from rules.engine.document import RuleSetDocument, Table
from rules.engine.outcomes import BUSINESS_DATE
from rules.engine.part import Constant
from rules.function_words import COMPONENTS, call_words, duration_words
from rules.language import tree
from rules.language.arithmetic import component_of
from rules.language.parse import parse, parse_cell
from rules.language.problems import ExpressionInvalid
from rules.language.tree import Node
from rules.language.types import Type
from rules.words import Language, pick, value_words
from scoring.catalogue import Catalogue, Code

COMPARISONS: dict[str, tuple[str, str]] = {
    "=": ("{} is {}", "{}为{}"),
    "!=": ("{} is not {}", "{}不为{}"),
    "<": ("{} is less than {}", "{}小于{}"),
    "<=": ("{} is at most {}", "{}不超过{}"),
    ">": ("{} is more than {}", "{}大于{}"),
    ">=": ("{} is at least {}", "{}不低于{}"),
}
DATE_COMPARISONS: dict[str, tuple[str, str]] = {
    **COMPARISONS,
    "<": ("{} is before {}", "{}早于{}"),
    "<=": ("{} is on or before {}", "{}不晚于{}"),
    ">": ("{} is after {}", "{}晚于{}"),
    ">=": ("{} is on or after {}", "{}不早于{}"),
}
INTERVALS: dict[tuple[bool, bool], tuple[str, str]] = {
    (False, False): ("from {} to {}", "{}至{}"),
    (True, False): ("above {} up to {}", "大于{}、不超过{}"),
    (False, True): ("from {} to below {}", "不低于{}、小于{}"),
    (True, True): ("above {} and below {}", "大于{}且小于{}"),
}
TESTS: dict[str, tuple[str, str]] = {
    "=": ("exactly {}", "等于{}"),
    "!=": ("not {}", "不等于{}"),
    "<": ("less than {}", "小于{}"),
    "<=": ("at most {}", "不超过{}"),
    ">": ("more than {}", "大于{}"),
    ">=": ("at least {}", "不低于{}"),
}
_SIGNS = {"*": "×", "/": "÷", "-": "−", "+": "+", "**": "^"}
_QUANTIFIED = {
    "some": ("for at least one {0} of {1}: {2}", "{1}中至少有一个 {0} 满足：{2}"),
    "every": ("for every {0} of {1}: {2}", "{1}中每个 {0} 都满足：{2}"),
}
_OR, _AND, _NOT = 0, 1, 2
_CHINESE_BESIDE_LATIN = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9−-])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])")


class Term(msgspec.Struct, frozen=True):
    """A name of the language: its labels, and what helps to read its values."""

    en: str
    zh: str
    unit: str = ""
    codes: tuple[Code, ...] = ()
    value: Constant | None = None
    """Of a parameter: its value."""


SCORE_TERMS = {
    "pd": Term("Probability of default", "违约概率", "share"),
    "score_points": Term("Score", "评分", "points"),
    "grade": Term("Grade", "等级"),
    BUSINESS_DATE: Term("Business date", "业务日期"),
}
Glossary = Mapping[str, Term]


def glossary_of(document: RuleSetDocument, catalogue: Catalogue | None) -> dict[str, Term]:
    """Every name the document's expressions may read, with its wording."""
    terms = dict(SCORE_TERMS)
    for name, variable in catalogue.of_product(document.product).items() if catalogue else ():
        terms[name] = Term(variable.en, variable.zh, variable.unit, tuple(variable.codes))
    for derived in document.derived:
        terms[derived.name] = Term(derived.en, derived.zh, derived.unit)
    for table in document.tables:
        terms |= _results_of(table)
    for scorecard in document.scorecards:
        terms[scorecard.name] = Term(scorecard.en or scorecard.name, scorecard.zh or scorecard.name, "points")
    for parameter in document.parameters:
        terms[parameter.name] = Term(parameter.en, parameter.zh, parameter.unit, (), parameter.value)
    return terms


def _results_of(table: Table) -> dict[str, Term]:
    """The table's name for its one result; each of several by its column."""
    en, zh = table.en or table.name, table.zh or table.name
    if len(table.outputs) == 1:
        return {table.name: Term(en, zh, table.outputs[0].unit)}
    return {
        f"{table.name}.{output.name}": Term(
            f"{en}: {output.en or output.name}", f"{zh}：{output.zh or output.name}", output.unit
        )
        for output in table.outputs
    }


def expression_words(text: str, glossary: Glossary, language: Language) -> str:
    """An expression as a phrase; a text that does not parse comes back as it is."""
    try:
        return _spaced(_Writer(glossary, language).write(parse(text)), language)
    except ExpressionInvalid:
        return text


class ComparisonWords(msgspec.Struct, frozen=True):
    """The two sides of a comparison in words, and the unit their values are read in."""

    subject: str
    threshold: str
    unit: str


def comparison_words(text: str, glossary: Glossary, language: Language) -> ComparisonWords:
    """A comparison taken apart, for a table of values and thresholds; of other texts the whole as subject."""
    try:
        node = parse(text)
    except ExpressionInvalid:
        return ComparisonWords(text, "", "")
    writer = _Writer(glossary, language)
    if not isinstance(node, tree.Comparison):
        return ComparisonWords(_spaced(writer.write(node), language), "", "")
    threshold = node.right.name if isinstance(node.right, tree.Name) else ""
    term = glossary.get(threshold)
    label = pick((term.en, term.zh), language) if term else ""
    subject = _spaced(writer.value(node.left), language).strip("“”「」")
    return ComparisonWords(subject, label, unit_of(node.left, glossary) or unit_of(node.right, glossary))


def unit_of(node: Node, glossary: Glossary) -> str:
    """The unit of a plain name, or of a sum of one; products and quotients have none that can be told."""
    match node:
        case tree.Name(name=name):
            return glossary[name].unit if name in glossary else ""
        case tree.Arithmetic(operator="+" | "-", left=left, right=right):
            return unit_of(left, glossary) or unit_of(right, glossary)
        case tree.Negate(operand=operand):
            return unit_of(operand, glossary)
        case _:
            return ""


def cell_words(text: str, column: str, glossary: Glossary, language: Language) -> str:
    """A test cell of a table in words, read with the name of its column: `"A"` → the code's meaning, `-` → any."""
    if text.strip() == "-":
        return pick(("any", "任意"), language)
    try:
        node = parse_cell(text)
    except ExpressionInvalid:
        return text
    writer = _Writer({**glossary, "?": glossary.get(column, Term("", ""))}, language, is_cell=True)
    return _spaced(writer.write(node), language)


def _spaced(words: str, language: Language) -> str:
    """Chinese set apart from figures and Latin letters by a space."""
    return words if language == "en" else _CHINESE_BESIDE_LATIN.sub(" ", words)


class _Writer:
    """Writes one tree in one language."""

    def __init__(self, glossary: Glossary, language: Language, is_cell: bool = False) -> None:
        self.glossary = glossary
        self.language = language
        self.is_cell = is_cell

    def write(self, node: Node, level: int = _OR) -> str:
        """The phrase of a node, in brackets where it binds looser than `level`."""
        match node:
            case tree.Or(items=items):
                return self._joined(items, (", or ", "，或"), _OR, level)
            case tree.And(items=items):
                return self._joined(items, (", and ", "，且"), _AND, level)
            case tree.Not(operand=operand):
                words = self.write(operand)
                shown = words if isinstance(operand, tree.Name) else self._bracketed(words)
                return pick(("not {}", "并非{}"), self.language).format(shown)
            case tree.Comparison(operator=operator, left=left, right=right):
                if self.is_cell and left == tree.Name("?") and operator == "=":
                    return self.value(right, left)
                dated = any(isinstance(side, tree.Literal) and side.kind is Type.DATE for side in (left, right))
                words = pick((DATE_COMPARISONS if dated else COMPARISONS)[operator], self.language)
                return words.format(self.value(left, right), self.value(right, left)).strip()
            case tree.Between(value=value, low=low, high=high):
                words = pick(("{} is between {} and {}", "{}介于{}与{}之间"), self.language)
                return words.format(self.value(value), self.value(low, value), self.value(high, value)).strip()
            case tree.In(value=value, items=items):
                return self._membership(value, items)
            case tree.If(condition=condition, then=then, otherwise=otherwise):
                words = pick(("if {} then {}, else {}", "若{}则{}，否则{}"), self.language)
                return words.format(self.write(condition), self.value(then), self.value(otherwise))
            case tree.Quantified(kind=kind, variable=variable, listed=listed, condition=condition):
                words = pick(_QUANTIFIED[kind], self.language)
                return words.format(variable, self.value(listed), self.write(condition, _AND))
            case _:
                return self.value(node)

    def value(self, node: Node, beside: Node | None = None) -> str:
        """The phrase of a value; a constant is read in the unit and codes of what stands `beside` it."""
        match node:
            case tree.Literal(value=float(value), kind=kind) if kind is not None:
                return duration_words(value, kind, self.language)
            case tree.Literal(value=value):
                term = self._term_of(beside)
                if any(code.code == value for code in term.codes):
                    return _code_phrase(_whole(value), term.codes, self.language)
                return value_words(_whole(value), term.unit, self.language)
            case tree.Name(name=name):
                return self._name(name, beside)
            case tree.Path(operand=operand, field=field):
                words = self.value(operand)
                return self._component(self._bracketed(words) if tree.children(operand) else words, field)
            case tree.Negate(operand=operand):
                return f"−{self.value(operand, beside)}"
            case tree.Arithmetic(operator=operator, left=left, right=right):
                both = (self._factor(left, operator, beside), self._factor(right, operator, beside, is_right=True))
                return f"{both[0]} {_SIGNS[operator]} {both[1]}"
            case tree.Call(function=function, arguments=arguments):
                return call_words(function, [self.value(item, beside) for item in arguments], self.language)
            case tree.ListOf(items=items):
                listed = pick((", ", "、"), self.language).join(self.value(item, beside) for item in items)
                return self._bracketed(listed)
            case _:
                return self._bracketed(self.write(node))

    def _factor(self, node: Node, operator: str, beside: Node | None, is_right: bool = False) -> str:
        """A part of a sum or product. In a product a constant is a bare number: it has no unit of its own."""
        words = self.value(node, beside if operator in "+-" else None)
        inner = node.operator if isinstance(node, tree.Arithmetic) else ""
        is_sum = inner in ("+", "-")
        needs_brackets = is_sum and (operator not in "+-" or (is_right and operator == "-"))
        needs_brackets = needs_brackets or (operator == "**" and inner != "")
        return self._bracketed(words) if needs_brackets else words

    def _name(self, name: str, beside: Node | None) -> str:
        term = self.glossary.get(name)
        if term is None:
            part = component_of(name)
            return self._component(self._name(part[0], None), part[1]) if part else name
        label = pick((term.en, term.zh), self.language) or ("" if name == "?" else name)
        if term.value is not None:
            shown = value_words(_whole(term.value), term.unit or self._term_of(beside).unit, self.language)
            return pick((f"{shown} ({label})", f"{shown}（{label}）"), self.language)
        return label and pick((f"“{label}”", f"「{label}」"), self.language)

    def _component(self, owner: str, part: str) -> str:
        return pick(COMPONENTS.get(part, ("{}", "{}")), self.language).format(owner)

    def _membership(self, value: Node, items: tuple[Node, ...]) -> str:
        members = [self._member(item, value) for item in items]
        if len(members) == 1:
            shown, words = members[0], ("{} is {}", "{}为{}")
        else:
            shown, words = pick((" or ", "或"), self.language).join(members), ("{} is one of {}", "{}为以下之一：{}")
        if self.is_cell and value == tree.Name("?"):
            return shown
        return pick(words, self.language).format(self.value(value), shown)

    def _member(self, item: Node, value: Node) -> str:
        if isinstance(item, tree.Interval):
            words = pick(INTERVALS[item.is_low_open, item.is_high_open], self.language)
            return words.format(self.value(item.low, value), self.value(item.high, value))
        if isinstance(item, tree.Test):
            return pick(TESTS[item.operator], self.language).format(self.value(item.bound, value))
        return self.value(item, value)

    def _joined(self, items: Iterable[Node], words: tuple[str, str], own: int, level: int) -> str:
        text = pick(words, self.language).join(self.write(item, own + 1) for item in items)
        return self._bracketed(text) if own < level else text

    def _term_of(self, node: Node | None) -> Term:
        names = tree.names_in(node) if node is not None else ()
        terms = [self.glossary[name] for name in names if name in self.glossary]
        return terms[0] if terms else Term("", "")

    def _bracketed(self, words: str) -> str:
        return f"({words})" if self.language == "en" else f"（{words}）"


def _code_phrase(value: Constant | None, codes: Iterable[Code], language: Language) -> str:
    """A coded value with its meaning in brackets: A11 (Overdrawn)."""
    meanings = [pick((f"({code.en})", f"（{code.zh}）"), language) for code in codes if code.code == value]
    shown = value_words(value, "", language)
    return pick((f"{shown} {meanings[0]}", f"{shown}{meanings[0]}"), language) if meanings else shown


def _whole(value: Constant | None) -> Constant | None:
    """2.0 is written 2."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value
