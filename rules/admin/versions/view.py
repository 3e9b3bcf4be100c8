"""What every page of a version needs: where it stands, what this person may do, the words of its names."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from audit.models import Approval, User
from riskengine.errors import RiskEngineError
from rules.admin.versions.standing import Standing, standing_of
from rules.diff.conditions import changes_explained
from rules.diff.documents import document_diff
from rules.diff.tables import Change
from rules.engine.cases import CaseResult
from rules.engine.document import RuleSetDocument, document_read
from rules.engine.expression_words import Glossary, expression_words, glossary_of
from rules.engine.problems import Problem
from rules.engine.reading import DocumentInvalid
from rules.localised import language, localised
from rules.models import RuleSet, RuleSetActivation, RuleSetVersion
from rules.services.versions.activations import activation_at
from rules.services.versions.evidence import document_problems, version_cases_run
from rules.services.versions.life import OBJECT_TYPE, version_was_written_by
from scoring.catalogue import Catalogue
from scoring.services.catalogues.life import catalogue_live


@dataclass
class VersionView:
    """One version as one person may see and handle it at one moment."""

    version: RuleSetVersion
    user: User
    at: datetime
    activations: list[RuleSetActivation] = field(default_factory=list)

    @classmethod
    def of(cls, request: HttpRequest, version_id: int) -> "VersionView":
        """The version of a page. Raises Http404."""
        versions = RuleSetVersion.objects.select_related("rule_set__product", "author", "based_on")
        version = get_object_or_404(versions, pk=version_id)
        activations = list(RuleSetActivation.objects.filter(version=version).order_by("from_at"))
        return cls(version, request.user, timezone.now(), activations)  # type: ignore[arg-type]

    @property
    def rule_set(self) -> RuleSet:
        return self.version.rule_set

    @property
    def title(self) -> str:
        """Rule set and number."""
        return f"{localised(self.rule_set, 'name')} · {self.version.number}"

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.version, self.activations, self.at)

    @cached_property
    def live(self) -> RuleSetVersion | None:
        """The version that decides now."""
        activation = activation_at(rule_set=self.rule_set, at=self.at)
        return activation.version if activation else None

    @cached_property
    def base(self) -> RuleSetVersion | None:
        """What to compare with: the live version, or what this one was made from where this one is live."""
        return self.version.based_on if self.live is None or self.live.pk == self.version.pk else self.live

    @cached_property
    def approval(self) -> Approval | None:
        """The newest request for this version."""
        approvals = Approval.objects.filter(object_type=OBJECT_TYPE, object_id=str(self.version.pk))
        return approvals.select_related("maker", "checker").order_by("-pk").first()

    @property
    def was_live(self) -> bool:
        """Whether it decided once and another one does now: what a rollback goes back to."""
        ended = [row for row in self.activations if row.until_at is not None and row.from_at < row.until_at <= self.at]
        return bool(ended) and self.standing.key not in ("live", "planned")

    @property
    def is_outdated(self) -> bool:
        """Whether another version went live after this one, which waits, was submitted."""
        if self.version.state != RuleSetVersion.State.SUBMITTED or self.approval is None:
            return False
        compared_with: str = self.approval.evidence.get("compared_with", "")
        return compared_with != (self.live.content_hash if self.live else "")

    @cached_property
    def is_writer(self) -> bool:
        return version_was_written_by(version=self.version, user=self.user)

    @cached_property
    def may(self) -> dict[str, bool]:
        """What this person may do with this version now."""
        has, state = self.user.has_perm, self.version.state
        submitted = state == RuleSetVersion.State.SUBMITTED
        checks = has("audit.check_approval")
        is_out = self.standing.key in ("live", "submitted", "retired")
        return {
            "edit": state == RuleSetVersion.State.DRAFT and has("rules.change_rulesetversion"),
            "draft": has("rules.add_rulesetversion"),
            "withdraw": submitted and has("rules.change_rulesetversion") and self.is_writer,
            "check": submitted and checks and not self.is_writer,
            "check_forbidden": submitted and checks and self.is_writer,
            "retire": not is_out and self._may_retire,
        }

    @property
    def _may_retire(self) -> bool:
        """Its makers discard what was never approved; what two people approved, a checker who did not write it ends."""
        if self.version.state == RuleSetVersion.State.APPROVED:
            return self.user.has_perm("audit.check_approval") and not self.is_writer
        return self.user.has_perm("rules.delete_rulesetversion")

    @cached_property
    def document(self) -> RuleSetDocument:
        return document_read(self.version.document)

    @cached_property
    def base_document(self) -> RuleSetDocument | None:
        """The document of `base`, None where it cannot be read today."""
        try:
            return document_read(self.base.document) if self.base else None
        except DocumentInvalid:
            return None

    @cached_property
    def catalogue(self) -> Catalogue | None:
        """The live catalogue, None where there is none."""
        try:
            return catalogue_live()
        except RiskEngineError:
            return None

    @cached_property
    def glossary(self) -> Glossary:
        return glossary_of(self.document, self.catalogue)

    @cached_property
    def problems(self) -> list[Problem]:
        """Every finding of the checks; empty without a catalogue."""
        return self.problems_of(self.document)

    def problems_of(self, document: RuleSetDocument) -> list[Problem]:
        """Every finding on another document in this version's place."""
        if self.catalogue is None:
            return []
        product = self.rule_set.product.code
        return document_problems(document, self.catalogue, product=product, stage=self.rule_set.stage)

    @property
    def errors(self) -> list[Problem]:
        return [found for found in self.problems if found.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [found for found in self.problems if found.severity != "error"]

    @cached_property
    def case_runs(self) -> list[CaseResult] | None:
        """The version's own cases, run now; None where it has errors."""
        if self.catalogue is None or self.errors:
            return None
        return version_cases_run(self.document, self.catalogue)

    @property
    def failed_cases(self) -> list[CaseResult]:
        """Cases that do not come out as expected."""
        return [run for run in self.case_runs or [] if not run.is_passed]

    @cached_property
    def changes(self) -> list[Change]:
        """What differs from `base`."""
        return self.changes_from(self.base) if self.base else []

    def changes_from(self, other: RuleSetVersion) -> list[Change]:
        """What differs from another version, with conditions in words where its document can be read today."""
        old, new = other.document, self.version.document
        changes = document_diff(old, new)
        try:
            glossaries = glossary_of(document_read(old), self.catalogue), self.glossary
        except DocumentInvalid:
            return changes
        variables = self.catalogue.of_product(self.rule_set.product.code) if self.catalogue else {}
        protected = {name for name, variable in variables.items() if variable.is_prohibited_basis}
        return changes_explained(changes, old, new, glossaries, protected)

    def in_words(self, text: str) -> str:
        """An expression in the reader's language."""
        return expression_words(text, self.glossary, language())

    def reason(self, code: str) -> Any:
        """A reason of the catalogue, None where it has no such code."""
        return self.catalogue.reasons_by_code().get(code) if self.catalogue and code else None
