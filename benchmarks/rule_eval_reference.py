"""The reference: the same 60 rules as a person would write them by hand for speed alone. Null-safe, branches only.

It returns the outcome and nothing else: no truths, no values, no distances, no reasons.
"""

from typing import Any


def reference_outcome(values: dict[str, Any]) -> str:
    """APPROVE, REFER or DECLINE. Every field of the benchmark must be present; None is missing and hits nothing."""
    age_years = values["age_years"]
    income_monthly = values["income_monthly"]
    expenses_monthly = values["expenses_monthly"]
    amount_requested = values["amount_requested"]
    term_months = values["term_months"]
    instalment_monthly = values["instalment_monthly"]
    dti_ratio = values["dti_ratio"]
    employment_months = values["employment_months"]
    residence_months = values["residence_months"]
    existing_loans = values["existing_loans"]
    existing_balance = values["existing_balance"]
    credit_lines = values["credit_lines"]
    card_limit = values["card_limit"]
    card_balance = values["card_balance"]
    utilisation = values["utilisation"]
    inquiries_3m = values["inquiries_3m"]
    inquiries_12m = values["inquiries_12m"]
    delinquent_30_12m = values["delinquent_30_12m"]
    delinquent_60_24m = values["delinquent_60_24m"]
    delinquent_90_36m = values["delinquent_90_36m"]
    max_dpd_6m = values["max_dpd_6m"]
    max_dpd_24m = values["max_dpd_24m"]
    months_since_default = values["months_since_default"]
    bureau_score = values["bureau_score"]
    oldest_account_months = values["oldest_account_months"]
    savings_balance = values["savings_balance"]
    deposits_3m = values["deposits_3m"]
    salary_credits_6m = values["salary_credits_6m"]
    overdrafts_6m = values["overdrafts_6m"]
    returned_payments_6m = values["returned_payments_6m"]
    gambling_share = values["gambling_share"]
    cash_share = values["cash_share"]
    phone_age_days = values["phone_age_days"]
    email_age_days = values["email_age_days"]
    device_accounts_30d = values["device_accounts_30d"]
    address_changes_24m = values["address_changes_24m"]
    applications_7d = values["applications_7d"]
    applications_30d = values["applications_30d"]
    declined_90d = values["declined_90d"]
    guarantor_income = values["guarantor_income"]
    purpose = values["purpose"]
    employment_type = values["employment_type"]
    housing = values["housing"]
    education = values["education"]
    channel = values["channel"]
    region = values["region"]
    occupation = values["occupation"]
    bank_class = values["bank_class"]
    income_proof = values["income_proof"]
    id_check = values["id_check"]
    phone_check = values["phone_check"]
    address_check = values["address_check"]
    is_existing_customer = values["is_existing_customer"]
    has_guarantor = values["has_guarantor"]
    is_pep = values["is_pep"]
    is_sanctioned = values["is_sanctioned"]
    has_bankruptcy = values["has_bankruptcy"]
    has_writeoff = values["has_writeoff"]
    is_phone_shared = values["is_phone_shared"]
    is_income_verified = values["is_income_verified"]
    is_declined = is_referred = False
    if age_years is not None and age_years < 18:
        is_declined = True
    if age_years is not None and age_years > 70:
        is_referred = True
    if income_monthly is not None and income_monthly < 1000:
        is_declined = True
    if (
        instalment_monthly is not None
        and income_monthly is not None
        and income_monthly != 0
        and instalment_monthly / income_monthly > 0.45
    ):
        is_declined = True
    if (
        income_monthly is not None
        and expenses_monthly is not None
        and instalment_monthly is not None
        and income_monthly - expenses_monthly - instalment_monthly < 250
    ):
        is_referred = True
    if dti_ratio is not None and dti_ratio > 0.6:
        is_declined = True
    if dti_ratio is not None and 0.5 <= dti_ratio <= 0.6:
        is_referred = True
    if amount_requested is not None and income_monthly is not None and amount_requested > income_monthly * 12:
        is_referred = True
    if amount_requested is not None and amount_requested > 50000:
        is_declined = True
    if term_months is not None and term_months > 72:
        is_declined = True
    if term_months is not None and term_months > 60 and amount_requested is not None and amount_requested < 5000:
        is_referred = True
    if employment_months is not None and employment_months < 6:
        is_referred = True
    if employment_months is not None and employment_months < 12 and employment_type == "TEMPORARY":
        is_referred = True
    if residence_months is not None and residence_months < 6:
        is_referred = True
    if existing_loans is not None and existing_loans >= 8:
        is_declined = True
    if existing_loans is not None and existing_loans >= 5 and dti_ratio is not None and dti_ratio > 0.35:
        is_referred = True
    if existing_balance is not None and income_monthly is not None and existing_balance > income_monthly * 20:
        is_referred = True
    if credit_lines is not None and credit_lines > 10:
        is_referred = True
    if utilisation is not None and utilisation > 1.2:
        is_declined = True
    if utilisation is not None and 0.9 <= utilisation <= 1.2:
        is_referred = True
    if card_balance is not None and card_limit is not None and card_balance > card_limit:
        is_referred = True
    if card_limit is not None and card_limit > 15000 and income_monthly is not None and income_monthly < 2000:
        is_referred = True
    if inquiries_3m is not None and inquiries_3m > 7:
        is_declined = True
    if inquiries_3m is not None and 5 <= inquiries_3m <= 7:
        is_referred = True
    if inquiries_12m is not None and inquiries_12m > 15:
        is_referred = True
    if delinquent_90_36m is not None and delinquent_90_36m >= 2:
        is_declined = True
    if delinquent_60_24m is not None and delinquent_60_24m >= 3:
        is_declined = True
    if (delinquent_30_12m is not None and delinquent_30_12m >= 2) or (
        delinquent_60_24m is not None and delinquent_60_24m >= 1
    ):
        is_referred = True
    if max_dpd_6m is not None and max_dpd_6m > 60:
        is_declined = True
    if (max_dpd_6m is not None and max_dpd_6m > 30) or (max_dpd_24m is not None and max_dpd_24m > 90):
        is_referred = True
    if months_since_default is not None and months_since_default < 12:
        is_declined = True
    if months_since_default is not None and 12 <= months_since_default < 36:
        is_referred = True
    if bureau_score is not None and bureau_score < 450:
        is_declined = True
    if bureau_score is not None and 450 <= bureau_score < 520:
        is_referred = True
    if (
        bureau_score is not None
        and bureau_score < 600
        and oldest_account_months is not None
        and oldest_account_months < 12
    ):
        is_referred = True
    if savings_balance is not None and deposits_3m is not None and savings_balance + deposits_3m < 500:
        is_referred = True
    if salary_credits_6m is not None and salary_credits_6m < 3 and employment_type == "PERMANENT":
        is_referred = True
    if overdrafts_6m is not None and overdrafts_6m > 6:
        is_referred = True
    if returned_payments_6m is not None and returned_payments_6m >= 5:
        is_declined = True
    if returned_payments_6m is not None and 2 <= returned_payments_6m <= 4:
        is_referred = True
    if gambling_share is not None and gambling_share > 0.3:
        is_declined = True
    if gambling_share is not None and gambling_share > 0.15 and cash_share is not None and cash_share > 0.5:
        is_referred = True
    if phone_age_days is not None and phone_age_days < 30:
        is_referred = True
    if (email_age_days is not None and email_age_days < 7) or (phone_age_days is not None and phone_age_days < 7):
        is_referred = True
    if device_accounts_30d is not None and device_accounts_30d >= 5:
        is_declined = True
    if device_accounts_30d is not None and device_accounts_30d >= 2 and is_phone_shared:
        is_referred = True
    if address_changes_24m is not None and address_changes_24m > 3:
        is_referred = True
    if applications_7d is not None and applications_7d > 4:
        is_declined = True
    if (applications_30d is not None and applications_30d > 8) or (declined_90d is not None and declined_90d > 2):
        is_referred = True
    if has_guarantor and guarantor_income is not None and guarantor_income < 1500:
        is_referred = True
    if purpose in ("CRYPTO", "GAMBLING"):
        is_declined = True
    if purpose == "BUSINESS" and employment_type in ("STUDENT", "UNEMPLOYED", "RETIRED"):
        is_referred = True
    if housing == "NONE":
        is_referred = True
    if (
        education == "PRIMARY"
        and occupation in ("OTHER", "SERVICE")
        and amount_requested is not None
        and amount_requested > 20000
    ):
        is_referred = True
    if channel == "BROKER" and region == "X":
        is_referred = True
    if bank_class in ("C", "D") and income_proof == "STATED":
        is_referred = True
    if id_check == "FAIL":
        is_declined = True
    if (phone_check is not None and phone_check != "PASS") or (address_check is not None and address_check != "PASS"):
        is_referred = True
    if is_sanctioned or has_bankruptcy or has_writeoff:
        is_declined = True
    if is_pep or (is_income_verified is False and is_existing_customer is False):
        is_referred = True
    if is_declined:
        return "DECLINE"
    return "REFER" if is_referred else "APPROVE"
