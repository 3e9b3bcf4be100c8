"""What a finding says, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lending.money import money_text
from monitoring.diversion.policy import LoanUsePolicy
from monitoring.diversion.trace import DISBURSEMENT, HOP_LIMIT, NO_SECOND_LINE
from monitoring.diversion.verdict import Cause
from monitoring.loan_use_policy import use_words
from monitoring.models import DiversionFinding
from rules.localised import localised

State = DiversionFinding.State
LOST_WORDS = {
    HOP_LIMIT: gettext_lazy("beyond the transfers followed"),
    NO_SECOND_LINE: gettext_lazy("arrival not shown"),
}
NOTES = {
    Cause.OPENING_ASSUMED: gettext_lazy(
        "An opening balance is not known; the least that is possible was assumed, so that the loan's part is an upper"
        " bound."
    ),
    Cause.PAYEE_NOT_CONTROLLED: gettext_lazy(
        "The amount lies above the threshold for payment to the payee, but it reached the borrower's own account."
    ),
    Cause.PURPOSE_UNKNOWN: gettext_lazy("No purpose of the policy was declared: only prohibited uses count."),
    Cause.OWN_MONEY: gettext_lazy(
        "Enough of the loan was spent as declared, and own money was enough for some of what is prohibited: that is not"
        " held against the borrower."
    ),
    Cause.CIRCULAR: gettext_lazy("Money came back to the account by way of somebody else."),
    Cause.OFF_PURPOSE: gettext_lazy("Most of the money went to other uses than the declared ones."),
    Cause.UNTRACEABLE: gettext_lazy("Much of the money cannot be followed."),
}


def purpose_words(code: str, policy: LoanUsePolicy | None) -> str:
    """The declared purpose as the policy calls it."""
    found = policy.purpose(code) if policy else None
    if found is None:
        return code or _("no purpose")
    return localised(found.label)


def verdict_words(finding: DiversionFinding, policy: LoanUsePolicy | None) -> str:
    """The finding in a sentence."""
    currency = finding.loan.product.currency
    values = {
        "purpose": purpose_words(finding.purpose, policy),
        "uses": ", ".join(use_words(use) for use in finding.path["against"]),
        "share": f"{finding.diverted_share:.0%}",
        "amount": money_text(finding.diverted_minor, currency),
        "back": money_text(finding.circular_minor, currency),
        "off": f"{finding.off_purpose_minor / finding.disbursed_minor:.0%}",
        "lost": f"{finding.untraceable_share:.0%}",
        "person": str(finding.decided_by or ""),
        "maker": str(finding.proposal.approval.maker) if finding.proposal else "",
    }
    return _sentence(finding) % values


def _sentence(finding: DiversionFinding) -> str:
    if finding.state == State.CONFIRMED and finding.proposal:
        return _(
            "%(maker)s proposed and %(person)s approved that this is diversion: %(share)s (%(amount)s) in %(uses)s;"
            " declared: %(purpose)s."
        )
    if finding.state == State.CONFIRMED:
        return _("%(person)s confirmed diversion: %(share)s (%(amount)s) in %(uses)s; declared: %(purpose)s.")
    if finding.proposal:
        return _("%(maker)s proposed and %(person)s approved that this is no diversion; declared: %(purpose)s.")
    if finding.decided_by_id is not None:
        return _("%(person)s looked into it and found no diversion; declared: %(purpose)s.")
    if finding.state == State.UNTRACEABLE:
        return _("%(lost)s of the money cannot be followed: cash, unknown payees or accounts out of view.")
    if finding.state == State.CONSISTENT:
        return _("What could be followed fits the declared purpose: %(purpose)s.")
    if Cause.PROHIBITED_USE in finding.causes:
        return _("%(share)s of the money (%(amount)s) seems to have gone to %(uses)s; declared: %(purpose)s.")
    if Cause.CIRCULAR in finding.causes:
        return _("%(back)s came back to the account by way of somebody else; declared: %(purpose)s.")
    return _("%(off)s of the money seems to have gone to other uses than declared: %(purpose)s.")


def node_words(key: str, accounts: dict[int, str]) -> str:
    """A node of the picture or an end of a line."""
    kind, _sep, rest = key.partition(":")
    if key == DISBURSEMENT:
        return _("Payout of the loan")
    if kind == "still":
        return _("Still on the accounts")
    if kind == "account":
        return accounts.get(int(rest), _("Account"))
    if kind == "lost":
        return _("Out of sight: %(cause)s") % {"cause": LOST_WORDS.get(rest, rest)}
    return use_words(rest)


def evidence_words(evidence: str) -> str:
    """What told the class: a word of the list, a code, the source or the loan."""
    kind, _sep, rest = evidence.partition(":")
    words = {
        "counterparty": _("name: %(rest)s"),
        "text": _("text: %(rest)s"),
        "mcc": _("merchant category %(rest)s"),
        "source": _("class kept in the book"),
        "loan": _("belongs to a loan"),
        "lender": _("account of the lender"),
    }
    return words.get(kind, evidence) % {"rest": rest}
