"""Whether the cure of a loan is met, as of its last look: what proposals, requests and approvals all ask again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from lending.models import Loan
from lending.open_loans import is_open_then
from monitoring.delinquency.cures import Cure, cure_of
from monitoring.delinquency_policy import Policies, policies_of
from monitoring.services.delinquency.histories import History, histories, observed
from monitoring.services.delinquency.statements import before_read, loans_read


def cures_of(loan_ids: Sequence[int], policies: Policies, day: date, as_of: datetime) -> dict[int, Cure]:
    """By loan of one product, from what was known by `as_of`; nothing where no classification is in force."""
    if policies.classification is None or not loan_ids:
        return {}
    known = histories(loan_ids, policies, day, as_of)
    watched = set(observed(loans_read(loan_ids, day, as_of), policies, day, as_of))
    others = _other_impaired(loan_ids, day, as_of)
    return {
        loan_id: cure_of(
            policies.classification,
            known.get(loan_id, History([], [])).settled,
            day,
            grace_days=policies.grace_days,
            has_other_impaired=loan_id in others,
            is_observed=loan_id in watched,
        )
        for loan_id in loan_ids
    }


def _other_impaired(loan_ids: Sequence[int], day: date, as_of: datetime) -> set[int]:
    """Loans whose customer has another open loan in an impaired category."""
    customers = dict(Loan.objects.filter(pk__in=loan_ids).values_list("pk", "customer_id"))
    siblings = Loan.objects.filter(is_open_then(day, as_of), customer__in=set(customers.values()))
    by_id = {loan.pk: loan for loan in siblings.select_related("product")}
    # What others were found to be at this very look counts too.
    severities = dict(
        before_read(list(by_id), as_of + timedelta(microseconds=1)).select("loan_id", "before").iter_rows()
    )
    impaired: dict[int, set[int]] = {}
    policies: dict[int, Policies] = {}
    for loan_id, severity in severities.items():
        loan = by_id[loan_id]
        if loan.product_id not in policies:
            policies[loan.product_id] = policies_of(loan.product, day)
        classification = policies[loan.product_id].classification
        if classification is None or severity >= classification.impaired_severity:
            impaired.setdefault(loan.customer_id, set()).add(loan_id)
    return {loan_id for loan_id, customer in customers.items() if impaired.get(customer, set()) - {loan_id}}
