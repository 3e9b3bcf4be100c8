"""How much a rule set may hold: what a worker checks and compiles in about two seconds, whoever wrote it."""

from typing import Any

import msgspec

from rules.engine.document import RuleSetDocument, document_read
from rules.engine.problems import Problem, problem
from rules.engine.reading import DocumentInvalid

WRITTEN_LIMIT = 200_000
"""Bytes of the document as JSON, its cases aside: a table of 2,000 rows and four columns just fits."""


def size_problems(document: RuleSetDocument) -> list[Problem]:
    """The one problem of a document that is too large to be looked at; none otherwise."""
    written = len(msgspec.json.encode(msgspec.structs.replace(document, cases=[])))
    return [problem("document_too_large", limit=WRITTEN_LIMIT)] if written > WRITTEN_LIMIT else []


def document_sized(data: dict[str, Any]) -> RuleSetDocument:
    """The document of plain data, within the limit. Raises DocumentInvalid."""
    document = document_read(data)
    if found := size_problems(document):
        raise DocumentInvalid(found)
    return document
