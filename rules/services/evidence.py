"""What a checker can rely on when asked: the checks of the document, and its own cases, run at submission."""

from dataclasses import dataclass, field
from typing import Any

from rules.engine.cases import CaseResult, run_cases
from rules.engine.certify import certify
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
    evaluations: int = 0
    """Applications on which both executors agreed."""

    def as_json(self) -> dict[str, Any]:
        """What the approval stores; its hash is in the approval's audit entry."""
        return {
            "catalogue_hash": self.catalogue_hash,
            "compared_with": self.compared_with,
            "warnings": self.warnings,
            "cases_passed": self.cases_passed,
            "evaluations": self.evaluations,
        }


def evidence_collect(*, version: RuleSetVersion, live: RuleSetVersion | None) -> Evidence:
    """Check the version against the live catalogue, run its cases, and prove that both executors agree on it.

    Raises NoLiveCatalogueError, InvalidInput on a foreign document.
    """
    catalogue_version = catalogue_live_version()
    catalogue = catalogue_of(catalogue_version)
    document, rule_set = document_read(version.document), version.rule_set
    product, stage = rule_set.product.code, str(rule_set.stage)
    problems = problems_json(validate(document, catalogue, product=product, stage=stage))
    evidence = Evidence(
        catalogue_hash=catalogue_version.content_hash,
        compared_with=live.content_hash if live else "",
        errors=[found for found in problems if found["severity"] == "error"],
        warnings=[found for found in problems if found["severity"] != "error"],
    )
    if not evidence.errors:
        report = certify(document, catalogue, product=product, stage=stage)
        evidence.errors = problems_json(report.problems)
        evidence.evaluations = report.evaluations
        evidence.cases_passed = sum(result.is_passed for result in report.cases)
    return evidence


def version_cases_run(document: RuleSetDocument, catalogue: Catalogue) -> list[CaseResult]:
    """The cases of a document without errors. Raises DocumentInvalid, EvaluationFailed."""
    return run_cases(compile_program(document, catalogue, product=document.product, stage=document.stage), document)
