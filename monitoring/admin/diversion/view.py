"""What the page of a finding shows: the sentence, the picture, the lines, and what was said before."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from audit.models import GovernedDocument
from lending.models import AccountTransaction, BankAccount
from lending.money import money_text
from lending.transaction_categories import category_of
from monitoring.admin.diversion.picture import picture
from monitoring.admin.diversion.words import NOTES, evidence_words, node_words, purpose_words, verdict_words
from monitoring.diversion.policy import ALWAYS_HARMLESS, LoanUsePolicy
from monitoring.loan_use_policy import KIND_CODE, loan_use_policy_by_hash
from monitoring.models import DiversionFinding
from monitoring.services.diversion.decisions import note_read

HISTORY_SHOWN = 12


def finding_view(finding: DiversionFinding, revealed: dict[int, dict[str, str]]) -> dict[str, Any]:
    """The context of the page; `revealed` are texts of lines, by id, that may be shown this once."""
    policy = loan_use_policy_by_hash(finding.policy_hash)
    currency = finding.loan.product.currency
    accounts = _accounts(finding)

    def words(key: str) -> str:
        return node_words(key, accounts)

    def money(minor: int) -> str:
        return money_text(minor, currency)

    history = DiversionFinding.objects.filter(loan=finding.loan_id).select_related("decided_by").defer("path")
    last = history.order_by("-known_at", "-pk")[:HISTORY_SHOWN]
    return {
        "sentence": verdict_words(finding, policy),
        "purpose": purpose_words(finding.purpose, policy),
        "notes": [NOTES[cause] for cause in finding.causes if cause in NOTES],
        "note": note_read(finding),
        "picture": picture(finding.path, words=words, tone=lambda key: _tone(key, finding, policy), money=money),
        "lines": _lines(finding, words, money, revealed),
        "sums": [
            {"source": words(source), "target": words(target), "lines": count, "amount": money(amount),
             "days": sorted({first[:10], until[:10]})}
            for source, target, count, amount, first, until in finding.path["sums"]
        ],
        "openings": [
            {"account": accounts.get(account, ""), "amount": money(amount), "basis": _basis(basis)}
            for account, amount, basis in finding.path["openings"]
        ],
        "amounts": {name: money(getattr(finding, f"{name}_minor")) for name in
                    ("disbursed", "diverted", "untraceable", "circular")},
        "citations": _citations(finding, policy),
        "policy": GovernedDocument.objects.filter(kind=KIND_CODE, content_hash=finding.policy_hash).first(),
        "history": list(last),
        "is_last": bool(last) and last[0].pk == finding.pk,
    }  # fmt: skip


def _accounts(finding: DiversionFinding) -> dict[int, str]:
    """Accounts by id, as whose they are and the reporting system's reference."""
    ids = {
        int(key.removeprefix("account:"))
        for row in (*(flow[2:4] for flow in finding.path["flows"]), *(row[:2] for row in finding.path["sums"]))
        for key in row
        if key.startswith("account:")
    }
    found = {}
    for account in BankAccount.objects.filter(pk__in=ids):
        is_borrowers = account.customer_id == finding.loan.customer_id
        whose = _("Own") if is_borrowers and account.is_own else _("Of another")
        found[account.pk] = f"{whose}: {account.external_id}"
    return found


def _tone(key: str, finding: DiversionFinding, policy: LoanUsePolicy | None) -> str:
    kind, _sep, rest = key.partition(":")
    if kind != "use":
        return {"disbursement": "start", "account": "account", "lost": "lost"}.get(kind, "still")
    declared = policy.purpose(finding.purpose) if policy else None
    if rest in finding.path["against"]:
        return "prohibited"
    if policy and rest in policy.not_followed:
        return "lost"
    return "fits" if (declared and rest in declared.uses) or rest in ALWAYS_HARMLESS else "other"


def _lines(
    finding: DiversionFinding,
    words: Callable[[str], str],
    money: Callable[[int], str],
    revealed: dict[int, dict[str, str]],
) -> list[dict[str, Any]]:
    rows = AccountTransaction.objects.in_bulk([flow[0] for flow in finding.path["flows"]])
    weighs = set(finding.path["weighs"])
    lines = []
    for number, at, source, target, amount, evidence in finding.path["flows"]:
        row, texts = rows.get(number), revealed.get(number)
        lines.append(
            {
                "number": number,
                "day": at[:10],
                "source": words(source),
                "target": words(target),
                "whole": money(abs(row.amount_minor)) if row else "–",
                "part": money(amount),
                "evidence": evidence_words(evidence) if evidence else "",
                "weighs": number in weighs,
                "texts": texts,
                "told": evidence_words(_told(row, texts)) if row and texts else "",
            }
        )
    return lines


def _told(row: AccountTransaction, texts: dict[str, str]) -> str:
    """Which word or code tells the class, now that the words are open."""
    found = category_of(
        counterparty=texts.get("counterparty", ""),
        text=texts.get("text", ""),
        merchant_category=row.merchant_category,
        amount_minor=row.amount_minor,
    )
    return found.evidence if found.category == row.category else "source"


def _citations(finding: DiversionFinding, policy: LoanUsePolicy | None) -> list[Any]:
    against = finding.path["against"]
    return [row.citation for row in policy.prohibited if row.use in against] if policy else []


def _basis(basis: str) -> str:
    return {
        "known": _("told by the bank"),
        "from_balance": _("worked out from a balance told later"),
        "least": _("assumed: the least that is possible"),
    }.get(basis, basis)
