"""A decision as a person reads it: its record opened, and every part of it put into words of its own time."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from audit.models import AuditEntry
from riskengine.errors import RiskEngineError
from rules.admin.decisions import parts
from rules.admin.decisions.model import model_facts, model_of, scored_by_words
from rules.admin.decisions.parts import RuleRow
from rules.admin.decisions.proofs import proof_rows
from rules.admin.decisions.tables import scorecard_rows, table_rows
from rules.engine.document import Pattern
from rules.engine.expression_words import Glossary, glossary_of
from rules.engine.offer import caps_in_force
from rules.engine.outcomes import BUSINESS_DATE
from rules.localised import language, localised
from rules.models import Decision, RuleSetVersion
from rules.pattern_words import pattern_words
from rules.services.bundles.loading import Bundle, bundle_pinned
from rules.services.bundles.rows import pointer_of_ref
from rules.services.decisions.document import DecisionDocument, Sealed, document_hash
from rules.services.decisions.reading import decision_record
from rules.services.decisions.replay import inputs_of
from rules.services.letters.decision import changes_words, is_letter_owed
from rules.services.reasons.counterfactuals import counterfactual_of
from scoring.catalogue import Reason, Variable
from scoring.package import ScoringModel
from scoring.reasons import Contribution, principal_reasons


@dataclass
class DecisionView:
    """One decision. Everything is read from its document and the bundle that decided, not from what is live now."""

    decision: Decision

    @cached_property
    def record(self) -> Any:
        return decision_record(self.decision)

    @property
    def document(self) -> DecisionDocument:
        document: DecisionDocument = self.record.document
        return document

    @property
    def sealed(self) -> Sealed | None:
        sealed: Sealed | None = self.record.sealed
        return sealed

    @cached_property
    def bundle(self) -> Bundle | None:
        """What decided; None where it cannot be loaded any more."""
        ref = self.document.bundle
        try:
            pointer = pointer_of_ref(ref)
        except RiskEngineError:
            return None
        return bundle_pinned(pointer)

    @cached_property
    def model(self) -> ScoringModel | None:
        return model_of(self.document, self.bundle)

    @property
    def scored_by(self) -> str:
        return scored_by_words(self.document)

    @cached_property
    def version(self) -> RuleSetVersion | None:
        """The rule-set version that decided."""
        versions = RuleSetVersion.objects.select_related("rule_set").defer("document")
        number = self.document.bundle.rule_set_version_id
        return None if number is None else versions.filter(pk=number).first()

    @cached_property
    def glossary(self) -> Glossary:
        program = self.bundle.program if self.bundle else None
        return glossary_of(program.document, self.bundle.catalogue) if program and self.bundle else {}

    @cached_property
    def reasons(self) -> list[dict[str, Any]]:
        """Principal reasons in both languages, with who may read them and whether the caller was told."""
        wordings, told = self._wordings, set(self.document.answer_reasons)
        return [
            {
                "code": code,
                "reason": wordings.get(code) or Reason(code, code, code, "internal"),
                "is_told": code in told,
            }
            for code in self.document.reasons
        ]

    @cached_property
    def told_instead(self) -> list[Reason]:
        """Neutral reasons the caller got in place of internal ones."""
        wordings = self._wordings
        codes = [code for code in self.document.answer_reasons if code not in self.document.reasons]
        return [wordings.get(code) or Reason(code, code, code, "lender") for code in codes]

    @cached_property
    def rules(self) -> list[RuleRow]:
        """Every rule as it was evaluated, those that held first; empty where the trace is gone."""
        trace = self.sealed.trace if self.sealed else None
        program = self.bundle.program if self.bundle else None
        if trace is None or program is None:
            return []
        return parts.rule_rows(program.trace_read(trace), program.rules, self.glossary, language())

    @cached_property
    def rule_counts(self) -> dict[str, int]:
        """How many rules held, did not hold, could not be told."""
        return {truth: sum(row.trace.truth == truth for row in self.rules) for truth in ("true", "unknown", "false")}

    @property
    def rules_shown(self) -> list[RuleRow]:
        """Rules that held or could not be told."""
        return [row for row in self.rules if row.trace.truth != "false"]

    @property
    def rules_hidden(self) -> list[RuleRow]:
        """Rules that did not hold."""
        return [row for row in self.rules if row.trace.truth == "false"]

    @cached_property
    def values(self) -> dict[str, Any]:
        """The variables as the policy read them, completed by the catalogue's policy for missing ones."""
        if self.sealed is None:
            return {}
        if self.bundle is None:
            return self.sealed.given
        values = inputs_of(self.document, self.sealed, self.bundle).values
        return {**values, **(self.sealed.standing or {})}

    @cached_property
    def inputs(self) -> dict[str, list[dict[str, Any]]]:
        """The application's variables in words, folded; see `inputs_folded`."""
        mattered = {name for row in self.rules_shown for name in row.trace.values} | {*self.contributions}
        mattered |= {name for cause in self.document.causes for name in cause.names}
        return parts.inputs_folded(parts.value_rows(self._variables, self.values, self.sealed, language()), mattered)

    @cached_property
    def contributions(self) -> dict[str, float]:
        """What each variable adds to the model's margin: stored, or worked out now where no reason rested on it."""
        stored = self.sealed.contributions if self.sealed else None
        if stored is not None or self.model is None or self.document.pd is None or self.sealed is None:
            return stored or {}
        return {item.variable: item.value for item in self.model.contributions(self.values)}

    @cached_property
    def bars(self) -> list[dict[str, Any]]:
        """Contributions of the model against its reference population as bars, largest first."""
        if not self.contributions:
            return []
        reference = self.model.schema.reference.contributions if self.model else {}
        return parts.bar_rows(
            self.contributions,
            self._variables,
            self.values,
            language(),
            reference=reference,
            causes=self._causes(reference),
        )

    def _causes(self, reference: Mapping[str, float]) -> set[str]:
        """The variables behind the model's reasons; none where the score was no cause of the outcome."""
        if self.bundle is None or self.sealed is None:
            return set()
        found = self.sealed.replacement.reasons if self.sealed.replacement else []
        if not found and self.sealed.contributions is not None:
            found = principal_reasons(
                [Contribution(name, value) for name, value in self.sealed.contributions.items()],
                reference=reference,
                reason_codes=self.bundle.reason_codes,
            )
        return {name for reason in found if reason.code in self.document.reasons for name in reason.variables}

    @cached_property
    def proofs(self) -> dict[str, Any] | None:
        """How the model's reasons were proven by replacement, in words; None where they were not."""
        found = self.sealed.replacement if self.sealed else None
        model = self.model
        if found is None or model is None or self.sealed is None:
            return None
        margin = self.sealed.margin or 0.0
        return proof_rows(
            found, model, margin, self.contributions, self._variables, self.values, self._wordings, language()
        )

    @cached_property
    def counterfactual(self) -> dict[str, Any] | None:
        """What would have been approved, in words; None where there is nothing to ask."""
        if self.sealed is None or self.bundle is None:
            return None
        found = counterfactual_of(inputs_of(self.document, self.sealed, self.bundle), self.bundle)
        if found is None:
            return None
        words = [changes_words(changes, self.bundle, language()) for changes in found.alternatives]
        return {"alternatives": words, "has_levers": found.has_levers, "is_exhausted": found.is_exhausted}

    @cached_property
    def is_letter_owed(self) -> bool:
        """Whether the applicant is written to."""
        return is_letter_owed(self.decision, self.document)

    @cached_property
    def model_card(self) -> dict[str, Any]:
        return model_facts(self.model)

    @cached_property
    def patterns(self) -> list[dict[str, Any]]:
        """Patterns found, in a sentence, with the events they rest on."""
        program = self.bundle.program if self.bundle else None
        known: dict[str, Pattern] = {entry.code: entry for entry in program.document.patterns} if program else {}
        facts = {fact["id"]: fact for fact in (self.sealed.facts if self.sealed else [])}
        found = []
        for hit in self.sealed.pattern_hits if self.sealed else []:
            pattern = known.get(hit["code"])
            found.append(
                {
                    "code": hit["code"],
                    "outcome": hit["outcome"],
                    "label": localised(pattern, "label") if pattern else hit["code"],
                    "words": pattern_words(pattern, language(), self._currency) if pattern else "",
                    "facts": [
                        parts.fact_words(facts[number], language()) for number in hit["facts"] if number in facts
                    ],
                }
            )
        return found

    @property
    def _wordings(self) -> Mapping[str, Reason]:
        return self.bundle.wordings if self.bundle else {}

    @property
    def _variables(self) -> dict[str, Variable]:
        catalogue = self.bundle.catalogue if self.bundle else None
        return catalogue.of_product(self.document.product) if catalogue else {}

    @property
    def _currency(self) -> str:
        return self.bundle.currency if self.bundle else ""

    @cached_property
    def offer(self) -> dict[str, Any] | None:
        """The offer in words."""
        return parts.offer_words(self.sealed.offer if self.sealed else None, language())

    @cached_property
    def legal_caps(self) -> list[dict[str, Any]]:
        """What the law allowed on the business date of the decision; empty where the version has no caps."""
        trace, program = (self.sealed.trace if self.sealed else None), (self.bundle.program if self.bundle else None)
        offer = program.document.offer if program else None
        if not trace or program is None or offer is None or not trace.get("caps"):
            return []
        date = trace["seen"][program.places[BUSINESS_DATE]]
        caps = caps_in_force(offer.caps, trace["caps"], date) if date else []
        return [parts.cap_words(cap, self._currency, language()) for cap in caps]

    @cached_property
    def table_row(self) -> dict[str, Any] | None:
        """The row of the offer table that was hit, cells in words."""
        trace, program = (self.sealed.trace if self.sealed else None), (self.bundle.program if self.bundle else None)
        number = trace.get("table_row") if trace else None
        if program is None or not isinstance(number, int):
            return None
        return parts.offer_row(program.document, number, self.glossary, language())

    @cached_property
    def tables(self) -> list[dict[str, Any]]:
        """Decision tables asked, with the rows hit in words; empty where the version has none or the trace is gone."""
        trace, program = (self.sealed.trace if self.sealed else None), (self.bundle.program if self.bundle else None)
        if trace is None or program is None:
            return []
        return table_rows(program.document, program.tables_read(trace), self.glossary, language())

    @cached_property
    def scorecards(self) -> list[dict[str, Any]]:
        """Scorecards with the points of every characteristic; empty where the version has none or the trace is gone."""
        trace, program = (self.sealed.trace if self.sealed else None), (self.bundle.program if self.bundle else None)
        if trace is None or program is None:
            return []
        totals = {card.name: trace["seen"][program.places[card.name]] for card in program.document.scorecards}
        hits = program.scorecards_read(trace)
        return scorecard_rows(program.document, hits, totals, self.glossary, language())

    @cached_property
    def integrity(self) -> dict[str, Any]:
        """Whether the stored bytes are what their hash names, and what the audit log says of them."""
        is_intact = document_hash(bytes(self.decision.document)) == self.decision.document_hash
        entries = AuditEntry.objects.filter(object_type="decision", object_id=str(self.decision.pk))
        entry = entries.order_by("pk").first()
        is_logged = entry is not None and entry.payload.get("document_hash") == self.decision.document_hash
        return {"is_intact": is_intact, "entry": entry, "is_logged": is_logged}
