"""A synthetic product: made-up decisions with values, scores and rule hits, and made-up loans that follow from some."""

import hashlib
import uuid
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import msgspec
import numpy as np
import polars as pl

from audit.models import ApiClient, GovernedDocument
from audit.services.governed import governed_approve, governed_draft, governed_submit
from audit.services.log import instant_text
from lending.models import Application, Customer, Loan, LoanMonth
from lending.vault import key_new
from monitoring.drift_policy import KIND_CODE, DriftPolicy
from rules.models import Decision
from rules.services.bundles.rows import BundleRef
from rules.services.decisions.document import DecisionDocument, Sealed, document_bytes, sealed_text
from scoring.bad_definition import BadDefinition, Words
from scoring.drift.bins import drift_bins
from scoring.services.bad_definitions import KIND_CODE as BAD_DEFINITION
from scoring.services.catalogues.life import catalogue_approve, catalogue_live, catalogue_register, catalogue_submit
from tests.factories import decisions as make
from tests.factories.audit import user
from tests.factories.scoring import candidate, catalogue_document, loan_table, scoring_model
from tests.factories.scoring import product as product_make

NOW = datetime(2026, 11, 3, 4, tzinfo=UTC)
DAY = date(2026, 11, 2)
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
NAMES = ("late", "income", "purpose", "savings", "noise")
RULE_SET = {
    "schema": 1,
    "product": "instalment",
    "stage": "PRE_LOAN",
    "default_outcome": "REFER",
    "rules": [
        {
            "code": "OFTEN",
            "label_en": "Often",
            "label_zh": "常见",
            "when": "noise < 0.2",
            "then": {"outcome": "REFER", "reason": "INCOME"},
        },
        {
            "code": "REST",
            "label_en": "Rest",
            "label_zh": "其余",
            "when": "noise >= 0.2",
            "then": {"outcome": "APPROVE", "reason": "INCOME"},
        },
    ],
}
KINDS = {"late": "number", "income": "number", "purpose": "category", "savings": "number", "noise": "number"}
POLICY = DriftPolicy(
    reference_decisions=100,
    decisions_least=60,
    maturity_months=6,
    cohort_months=3,
    outcomes_least=60,
    bads_least=10,
)


class Synthetic:
    """The product with a catalogue, a model with its training bins, a policy and a definition of bad in force."""

    def __init__(self, policy=POLICY, *, is_old_package=False):
        self.product = product_make()
        self.table = loan_table(1_200)
        self.model = candidate(self.product, **({"pd_horizon_months": 6} if is_old_package else bins_stated()))
        document = catalogue_document()
        columns = {"late": "integer", "savings": "integer"}
        for one in document["variables"]:
            one.update({"missing": "skip", "column": one["name"], "type": columns.get(one["name"], one["type"])})
        document["reasons"] += [
            {"code": code, "en": code, "zh": code, "audience": "applicant"}
            for code in ("NO_RULE_APPLIED", "REQUIRED_INFORMATION_MISSING")
        ]
        version = catalogue_register(document=document, at=SINCE)
        catalogue_submit(version=version, maker=user(), at=SINCE)
        catalogue_approve(version=version, checker=user(is_checker=True), content_hash=version.content_hash, at=SINCE)
        self.catalogue_hash = version.content_hash
        assert catalogue_live().of_product("instalment")
        in_force(KIND_CODE, "instalment", policy)
        text = Words("90 days late within six months (synthetic).", "六个月内逾期90天（合成）。")
        in_force(BAD_DEFINITION, "instalment", BadDefinition(90, 6, 6, text))
        self.rule_set_hash = make.policy_goes_live(RULE_SET).content_hash
        self.key, wrapped = key_new()
        self.customer = Customer.objects.create(wrapped_key=wrapped, created_at=SINCE)
        self.client = ApiClient.objects.create(code="synthetic", name="synthetic")

    def decide(self, day, rows, *, seed=1, often=0.2, change=lambda frame: frame):
        """Decisions of one business day on rows like those the model was trained on, `change`d; their frame."""
        frame = change(loan_table(rows, seed=seed))
        chance = np.random.default_rng(seed)
        at = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        ref = BundleRef("b" * 64, self.rule_set_hash, self.model.content_hash, self.catalogue_hash, None)
        pds = scoring_model().predict_pd(frame)
        applications = Application.objects.bulk_create(
            Application(
                client=self.client,
                external_id=f"{day}-{seed}-{place}",
                product=self.product,
                customer=self.customer,
                created_at=at,
            )
            for place in range(rows)
        )
        made = []
        for place, values in enumerate(frame.select(NAMES).to_dicts()):
            document = self._document(ref, at + timedelta(seconds=place), float(pds[place]), values)
            document = msgspec.structs.replace(document, hits=["OFTEN"] if chance.random() < often else [])
            data = document_bytes(document)
            made.append(
                Decision(
                    id=document.id,
                    application=applications[place],
                    product=self.product,
                    outcome="APPROVE",
                    pd=document.pd,
                    document=data,
                    document_hash=hashlib.sha256(data).hexdigest(),
                    bundle_hash=ref.bundle_hash,
                    as_of=at + timedelta(seconds=place),
                    decided_at=at + timedelta(seconds=place),
                )
            )
        Decision.objects.bulk_create(made)
        return frame.with_columns(pl.Series("application_id", [one.pk for one in applications]), pl.Series("pd", pds))

    def _document(self, ref, at, pd, values):
        document = DecisionDocument(
            id=str(uuid.uuid4()),
            product="instalment",
            as_of=instant_text(at),
            decided_at=instant_text(at),
            bundle=ref,
            outcome="APPROVE",
            grade=None,
            pd=pd,
            pd_horizon_months=6,
            points=600,
            reasons=[],
            answer_reasons=[],
            hits=[],
            unknown=[],
            pattern_hits=[],
            is_counter_offer=False,
            causes=[],
            salt="00",
            sealed="",
        )
        sealed = Sealed(
            given=values,
            standing=None,
            facts=[],
            customer="c",
            trace=None,
            pattern_hits=[],
            contributions=None,
            margin=None,
            offer=None,
        )
        return msgspec.structs.replace(document, sealed=sealed_text(self.key, document.id, sealed))

    def pay_out(self, decided, day, *, bads, months=8):
        """A loan for each decision; those where `bads` holds are three months late from the third month on."""
        loans = Loan.objects.bulk_create(
            Loan(
                product=self.product,
                customer=self.customer,
                application_id=application,
                external_id=f"L{application}",
                limit_minor=1,
                opened_on=day,
            )
            for application in decided["application_id"]
        )
        LoanMonth.objects.bulk_create(
            LoanMonth(
                loan=loan,
                business_date=(end := month_end(day, lag)),
                known_at=datetime(end.year, end.month, end.day, 10, tzinfo=UTC),
                payment_status=3 if bad and lag >= 3 else 0,
                billed_minor=1,
                paid_minor=1,
            )
            for loan, bad in zip(loans, bads, strict=True)
            for lag in range(1, months + 1)
        )
        return loans


def bins_stated():
    """The card of a model whose training rows are `loan_table`."""
    table = loan_table(1_200)
    bins = drift_bins(table, scoring_model().predict_pd(table), KINDS)
    return {"drift_bins": msgspec.to_builtins(bins), "pd_horizon_months": 6}


def month_end(day, lag):
    """The end of the month so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + lag, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def in_force(kind, name, document):
    """A governed document by two people."""
    author = user()
    draft = governed_draft(kind=kind, name=name, document=document, author=author, at=SINCE, valid_from=SINCE.date())
    governed_submit(governed=draft, maker=author, at=SINCE)
    draft = GovernedDocument.objects.get(pk=draft.pk)
    governed_approve(governed=draft, checker=user(is_checker=True), content_hash=draft.content_hash, at=SINCE)
