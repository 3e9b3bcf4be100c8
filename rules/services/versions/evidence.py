"""What a checker can rely on when asked: the checks of the document, and its own cases, run at submission."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from audit.canonical import content_hash
from rules.engine.cases import CaseResult, run_cases
from rules.engine.certify import CertifyReport, certify
from rules.engine.coverage import coverage_of
from rules.engine.document import RuleSetDocument, document_read
from rules.engine.problems import Problem, problems_json
from rules.engine.program import compile_program
from rules.engine.validate import validate
from rules.models import RuleSetVersion
from rules.services.decisions.history import history_frame
from rules.services.versions.impact import impact_evidence
from scoring.catalogue import Catalogue
from scoring.services.catalogues.life import catalogue_live_version, catalogue_of
from scoring.services.profiles import variable_profiles

HISTORY = 5_000
"""Recorded decisions that take part in certification; the rest is generated."""


@dataclass
class Evidence:
    """Problems as plain data (code, path, message_en, message_zh, position, severity) and what was run."""

    catalogue_hash: str
    compared_with: str = ""
    """Content hash of the version live at the time."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    cases_passed: int = 0
    cases_reach: float = 0.0
    """Share of what there is to reach that the cases reach, from 0 to 1."""
    impact: dict[str, Any] = field(default_factory=dict)
    """What the version would change of the last decisions: counts and sums, or why there are none."""
    evaluations: int = 0
    """Applications on which both executors agreed."""
    from_history: int = 0
    """Of these, recorded decisions."""
    pattern_sets: int = 0
    """Sets of events on which the engine of patterns agreed with its reference."""
    pattern_bindings: int = 0
    """Matches found in them."""

    def as_json(self) -> dict[str, Any]:
        """What the approval stores; its hash is in the approval's audit entry."""
        return {
            "catalogue_hash": self.catalogue_hash,
            "compared_with": self.compared_with,
            "warnings": self.warnings,
            "cases_passed": self.cases_passed,
            "cases_reach": round(self.cases_reach, 4),
            "evaluations": self.evaluations,
            "impact": self.impact,
            "from_history": self.from_history,
            "pattern_sets": self.pattern_sets,
            "pattern_bindings": self.pattern_bindings,
        }


def evidence_collect(*, version: RuleSetVersion, live: RuleSetVersion | None) -> Evidence:
    """Check the version against the live catalogue, run its cases, and prove that both executors agree on it.

    Raises NoLiveCatalogueError, InvalidInput on a foreign document.
    """
    catalogue_version = catalogue_live_version()
    catalogue = catalogue_of(catalogue_version)
    document, rule_set = document_read(version.document), version.rule_set
    product, stage = rule_set.product.code, str(rule_set.stage)
    problems = problems_json(document_problems(document, catalogue, product=product, stage=stage))
    evidence = Evidence(
        catalogue_hash=catalogue_version.content_hash,
        compared_with=live.content_hash if live else "",
        errors=[found for found in problems if found["severity"] == "error"],
        warnings=[found for found in problems if found["severity"] != "error"],
    )
    if not evidence.errors:
        history = history_frame(product, stage, last=HISTORY)
        if history.is_empty():
            names = (content_hash(version.document), catalogue_version.content_hash)
            report = _certified(_Generated(names, product, stage, document, catalogue))
            if report.problems:  # what fails is tried again: the cause may have passed
                _certified.cache_clear()
        else:
            report = certify(document, catalogue, product=product, stage=stage, history=history)
        evidence.errors = problems_json(report.problems)
        evidence.evaluations = report.evaluations
        evidence.from_history = report.from_history
        evidence.pattern_sets = sum(agreement.sets for agreement in report.patterns)
        evidence.pattern_bindings = sum(agreement.bindings for agreement in report.patterns)
        evidence.cases_passed = sum(result.is_passed for result in report.cases)
        program = compile_program(document, catalogue, product=product, stage=stage)
        evidence.cases_reach = coverage_of(program, document.cases, catalogue).share
        evidence.impact = impact_evidence(document, product, stage)
    return evidence


@dataclass(frozen=True)
class _Generated:
    """What is certified on generated rows alone, known by its hashes."""

    names: tuple[str, str]
    """Content hashes of the document and the catalogue."""
    product: str
    stage: str
    document: RuleSetDocument = field(compare=False)
    catalogue: Catalogue = field(compare=False)


@lru_cache(maxsize=16)
def _certified(asked: _Generated) -> CertifyReport:
    """The rows come from the document and a fixed seed: submitted again unchanged, it would prove the same again."""
    return certify(asked.document, asked.catalogue, product=asked.product, stage=asked.stage)


def document_problems(document: RuleSetDocument, catalogue: Catalogue, *, product: str, stage: str) -> list[Problem]:
    """Everything the static checks find, thresholds held against what was observed. See `validate`."""
    return validate(document, catalogue, product=product, stage=stage, profiles=variable_profiles(product))


def version_cases_run(document: RuleSetDocument, catalogue: Catalogue) -> list[CaseResult]:
    """The cases of a document without errors. Raises DocumentInvalid, EvaluationFailed."""
    return run_cases(compile_program(document, catalogue, product=document.product, stage=document.stage), document)
