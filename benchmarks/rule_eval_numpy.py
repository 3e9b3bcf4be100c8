"""The columns' reference: the same 60 rules as a person would write them in numpy for speed alone."""

from typing import Any

import numpy as np

from benchmarks.rule_eval_rules import NUMBERS, RULES, TEXTS, TRUTHS

Columns = dict[str, np.ndarray]


def numpy_columns(rows: list[dict[str, Any]]) -> Columns:
    """Doubles with NaN for missing; texts and truth values as small integers, -1 for missing: encoded beforehand."""
    columns: Columns = {}
    for name in NUMBERS:
        columns[name] = np.array([row[name] for row in rows], dtype=np.float64)
    for name, codes in TEXTS.items():
        columns[name] = np.array([codes.index(row[name]) if row[name] else -1 for row in rows], dtype=np.int8)
    for name in TRUTHS:
        columns[name] = np.array([-1 if row[name] is None else int(row[name]) for row in rows], dtype=np.int8)
    return columns


def code(name: str, text: str) -> int:
    """The small integer of a text."""
    return TEXTS[name].index(text)


def numpy_masks(c: Columns) -> list[np.ndarray]:
    """One mask a rule; missing hits nothing, and is not told from false."""
    return [
        c["age_years"] < 18,
        c["age_years"] > 70,
        c["income_monthly"] < 1000,
        c["instalment_monthly"] / c["income_monthly"] > 0.45,
        c["income_monthly"] - c["expenses_monthly"] - c["instalment_monthly"] < 250,
        c["dti_ratio"] > 0.6,
        (c["dti_ratio"] >= 0.5) & (c["dti_ratio"] <= 0.6),
        c["amount_requested"] > c["income_monthly"] * 12,
        c["amount_requested"] > 50000,
        c["term_months"] > 72,
        (c["term_months"] > 60) & (c["amount_requested"] < 5000),
        c["employment_months"] < 6,
        (c["employment_months"] < 12) & (c["employment_type"] == code("employment_type", "TEMPORARY")),
        c["residence_months"] < 6,
        c["existing_loans"] >= 8,
        (c["existing_loans"] >= 5) & (c["dti_ratio"] > 0.35),
        c["existing_balance"] > c["income_monthly"] * 20,
        c["credit_lines"] > 10,
        c["utilisation"] > 1.2,
        (c["utilisation"] >= 0.9) & (c["utilisation"] <= 1.2),
        c["card_balance"] > c["card_limit"],
        (c["card_limit"] > 15000) & (c["income_monthly"] < 2000),
        c["inquiries_3m"] > 7,
        (c["inquiries_3m"] >= 5) & (c["inquiries_3m"] <= 7),
        c["inquiries_12m"] > 15,
        c["delinquent_90_36m"] >= 2,
        c["delinquent_60_24m"] >= 3,
        (c["delinquent_30_12m"] >= 2) | (c["delinquent_60_24m"] >= 1),
        c["max_dpd_6m"] > 60,
        (c["max_dpd_6m"] > 30) | (c["max_dpd_24m"] > 90),
        c["months_since_default"] < 12,
        (c["months_since_default"] >= 12) & (c["months_since_default"] < 36),
        c["bureau_score"] < 450,
        (c["bureau_score"] >= 450) & (c["bureau_score"] < 520),
        (c["bureau_score"] < 600) & (c["oldest_account_months"] < 12),
        c["savings_balance"] + c["deposits_3m"] < 500,
        (c["salary_credits_6m"] < 3) & (c["employment_type"] == code("employment_type", "PERMANENT")),
        c["overdrafts_6m"] > 6,
        c["returned_payments_6m"] >= 5,
        (c["returned_payments_6m"] >= 2) & (c["returned_payments_6m"] <= 4),
        c["gambling_share"] > 0.3,
        (c["gambling_share"] > 0.15) & (c["cash_share"] > 0.5),
        c["phone_age_days"] < 30,
        (c["email_age_days"] < 7) | (c["phone_age_days"] < 7),
        c["device_accounts_30d"] >= 5,
        (c["device_accounts_30d"] >= 2) & (c["is_phone_shared"] == 1),
        c["address_changes_24m"] > 3,
        c["applications_7d"] > 4,
        (c["applications_30d"] > 8) | (c["declined_90d"] > 2),
        (c["has_guarantor"] == 1) & (c["guarantor_income"] < 1500),
        (c["purpose"] == code("purpose", "CRYPTO")) | (c["purpose"] == code("purpose", "GAMBLING")),
        (c["purpose"] == code("purpose", "BUSINESS"))
        & (
            (c["employment_type"] == code("employment_type", "STUDENT"))
            | (c["employment_type"] == code("employment_type", "UNEMPLOYED"))
            | (c["employment_type"] == code("employment_type", "RETIRED"))
        ),
        c["housing"] == code("housing", "NONE"),
        (c["education"] == code("education", "PRIMARY"))
        & ((c["occupation"] == code("occupation", "OTHER")) | (c["occupation"] == code("occupation", "SERVICE")))
        & (c["amount_requested"] > 20000),
        (c["channel"] == code("channel", "BROKER")) & (c["region"] == code("region", "X")),
        ((c["bank_class"] == code("bank_class", "C")) | (c["bank_class"] == code("bank_class", "D")))
        & (c["income_proof"] == code("income_proof", "STATED")),
        c["id_check"] == code("id_check", "FAIL"),
        ((c["phone_check"] != code("phone_check", "PASS")) & (c["phone_check"] >= 0))
        | ((c["address_check"] != code("address_check", "PASS")) & (c["address_check"] >= 0)),
        (c["is_sanctioned"] == 1) | (c["has_bankruptcy"] == 1) | (c["has_writeoff"] == 1),
        (c["is_pep"] == 1) | ((c["is_income_verified"] == 0) & (c["is_existing_customer"] == 0)),
    ]


def numpy_outcomes(c: Columns) -> tuple[list[np.ndarray], np.ndarray]:
    """The masks, and 0, 1 or 2 for APPROVE, REFER, DECLINE."""
    masks = numpy_masks(c)
    refer = np.zeros(len(masks[0]), dtype=bool)
    decline = np.zeros(len(masks[0]), dtype=bool)
    for (outcome, _), mask in zip(RULES, masks, strict=True):
        np.logical_or(decline if outcome == "DECLINE" else refer, mask, out=decline if outcome == "DECLINE" else refer)
    return masks, np.where(decline, 2, refer.astype(np.int8))
