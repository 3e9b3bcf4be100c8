"""A condition as text, as the builder's tree and in words, each made from the other while somebody edits it."""

from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest

from rules.admin.editor.data import problems_shown
from rules.admin.editor.endpoints import body_of, endpoint
from rules.admin.versions.view import VersionView
from rules.condition_problems import TreeInvalid
from rules.condition_tree import query_of, query_text
from rules.engine.document import Pattern, RuleSetDocument
from rules.engine.expression_words import cell_words, expression_words, glossary_of
from rules.engine.parsed import document_parse
from rules.engine.patterns.compile import pattern_compile
from rules.engine.patterns.where import conditions_of
from rules.engine.reading import DocumentInvalid, document_convert
from rules.engine.size import document_sized
from rules.language import ExpressionInvalid, Node, Problem, Scope, Type, infer, parse, parse_cell, substitute
from rules.localised import language
from rules.pattern_words import pattern_words

TYPES = {"number": Type.NUMBER, "integer": Type.NUMBER, "string": Type.STRING, "boolean": Type.BOOLEAN}
UNREAD: dict[str, Any] = {"rules": [], "patterns": [], "cases": [], "offer": None}
"""Sections whose content no expression can name."""


class Condition(msgspec.Struct, forbid_unknown_fields=True):
    """What POST condition/ takes: `text` or `tree`, and the document it stands in."""

    document: dict[str, Any]
    text: str | None = None
    tree: Any = None
    scope: Literal["rule", "cell", "derived", "step"] = "rule"
    expected: str = ""
    """Type of a derived variable or output: number, string, boolean, date; empty: any."""
    column: str = ""
    """Of a cell: the expression its column tests."""
    aliases: list[str] = []
    """Of a pattern's step: names of the steps so far, its own last."""


class Texts(msgspec.Struct, forbid_unknown_fields=True):
    """What POST words/ takes: conditions, and the parts of the document their wording depends on."""

    texts: Annotated[list[str], msgspec.Meta(max_length=1_000)]
    parameters: list[Any]
    derived: list[Any]


class PatternText(msgspec.Struct, forbid_unknown_fields=True):
    """What POST pattern/ takes."""

    pattern: dict[str, Any]


@endpoint("POST")
def condition(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """POST condition/: {tree | null, words, problems, text}. A text with a problem of its form has no tree."""
    body = body_of(request, Condition)
    text = body.text or ""
    if body.text is None:
        try:
            text = query_text(body.tree)
        except TreeInvalid as error:
            return _answer(None, "", error.problems, None)
    try:
        node = parse_cell(text) if body.scope == "cell" else parse(text)
    except ExpressionInvalid as error:
        is_empty_step = body.scope == "step" and not text.strip()
        return _answer(None, "", [] if is_empty_step else error.problems, text)
    document = _read(body.document, view)
    problems = _problems(node, body, document, view)
    glossary = glossary_of(document, view.catalogue)
    if body.scope == "cell":
        return _answer(None, cell_words(text, body.column, glossary, language()), problems, text)
    return _answer(query_of(node), expression_words(text, glossary, language()), problems, text)


@endpoint("POST")
def words(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """POST words/: {words: {text: sentence}}, for a list of rules whose parameters changed."""
    body = body_of(request, Texts)
    document = _read({**view.version.document, "parameters": body.parameters, "derived": body.derived}, view)
    glossary = glossary_of(document, view.catalogue)
    return {"words": {text: expression_words(text, glossary, language()) for text in dict.fromkeys(body.texts)}}


@endpoint("POST")
def pattern_text(request: HttpRequest, view: VersionView) -> dict[str, Any]:
    """POST pattern/: {words: {en, zh}, problems}: a pattern in a sentence of both languages."""
    try:
        pattern = document_convert(body_of(request, PatternText).pattern, Pattern)
    except DocumentInvalid as error:
        return {"words": {"en": "", "zh": ""}, "problems": problems_shown(error.problems)}
    currency = view.rule_set.product.currency
    words = {"en": pattern_words(pattern, "en", currency), "zh": pattern_words(pattern, "zh", currency)}
    return {"words": words, "problems": problems_shown(pattern_compile(pattern)[1])}


def _answer(tree: Any, words: str, problems: list[Problem], text: str | None) -> dict[str, Any]:
    return {"tree": tree, "words": words, "problems": problems_shown(problems), "text": text}


def _read(data: dict[str, Any], view: VersionView) -> RuleSetDocument:
    """The document as far as expressions can name it; the saved one while the other is not whole."""
    tables = data.get("tables")
    if isinstance(tables, list):
        data = {**data, "tables": [_head(table) for table in tables]}
    try:
        return document_sized({**data, **UNREAD})
    except DocumentInvalid:
        return view.document


def _head(table: Any) -> Any:
    is_whole = isinstance(table, dict) and isinstance(table.get("rows"), list)
    return {**table, "rows": table["rows"][:1]} if is_whole else table


def _problems(node: Node, body: Condition, document: RuleSetDocument, view: VersionView) -> list[Problem]:
    if body.scope == "step":
        return conditions_of(node, body.aliases, "")[1]
    scope = _scope(document, view)
    if body.scope == "cell":
        try:
            node = substitute(node, "?", parse(body.column))
        except ExpressionInvalid:
            return []
    expected = Type.BOOLEAN if body.scope in ("rule", "cell") else TYPES.get(body.expected)
    return infer(node, scope, expected=expected)[1]


def _scope(document: RuleSetDocument, view: VersionView) -> Scope:
    if view.catalogue is None:
        return Scope({})
    return document_parse(document, view.catalogue, product=view.rule_set.product.code).scope
