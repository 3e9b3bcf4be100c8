"""What a checker can rely on when asked: the checks of the document, and its own cases, run at submission."""

from dataclasses import dataclass, field
from typing import Any

from rules.case_runs import FIELDS, CaseRun, cases_run
from rules.engine.document import RuleSetDocument, document_read
from rules.engine.problems import problems_json
from rules.engine.program import compile_program
from rules.engine.validate import validate
from rules.models import RuleSetVersion
from scoring.catalogue import Catalogue
from scoring.services.catalogues import catalogue_live_version, catalogue_of


@dataclass
class Evidence:
    """Problems as plain data (code, path, message_en, message_zh, position, severity) and what was run."""

    catalogue_hash: str
    compared_with: str = ""
    """Content hash of the version live at the time."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    cases_passed: int = 0

    def as_json(self) -> dict[str, Any]:
        """What the approval stores; its hash is in the approval's audit entry."""
        return {
            "catalogue_hash": self.catalogue_hash,
            "compared_with": self.compared_with,
            "warnings": self.warnings,
            "cases_passed": self.cases_passed,
        }


def evidence_collect(*, version: RuleSetVersion, live: RuleSetVersion | None) -> Evidence:
    """Check the version against the live catalogue and run its cases.

    Raises NoLiveCatalogueError, InvalidInput on a foreign document.
    """
    catalogue = catalogue_live_version()
    document, rule_set = document_read(version.document), version.rule_set
    problems = problems_json(
        validate(document, catalogue_of(catalogue), product=rule_set.product.code, stage=rule_set.stage)
    )
    evidence = Evidence(
        catalogue_hash=catalogue.content_hash,
        compared_with=live.content_hash if live else "",
        errors=[found for found in problems if found["severity"] == "error"],
        warnings=[found for found in problems if found["severity"] != "error"],
    )
    if not evidence.errors:
        runs = version_cases_run(document, catalogue_of(catalogue))
        evidence.errors = [_failed(number, run) for number, run in enumerate(runs) if not run.is_passed]
        evidence.cases_passed = sum(run.is_passed for run in runs)
    return evidence


def version_cases_run(document: RuleSetDocument, catalogue: Catalogue) -> list[CaseRun]:
    """The cases of a document without errors, by both executors. Raises DocumentInvalid, EvaluationFailed."""
    program = compile_program(document, catalogue, product=document.product, stage=document.stage)
    return cases_run(program, document.cases)


def _failed(number: int, run: CaseRun) -> dict[str, Any]:
    """A failed case as a problem of the document."""
    what = [FIELDS[difference.field] for difference in run.differences]
    english, chinese = ", ".join(words[0] for words in what), "、".join(words[1] for words in what)
    return {
        "code": "case_failed",
        "path": f"cases/{number}",
        "message_en": f"The case “{run.name}” does not come out as expected ({english}).",
        "message_zh": f"案例“{run.name}”的结果与预期不符（{chinese}）。",
        "position": None,
        "severity": "error",
    }
