"""What loan money may be used for and when diversion is suspected: the governed document, dated and cited. Pure."""

from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from audit.governed_fields import MONEY_FORMAT
from monitoring.diversion.pools import Method

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Money = Annotated[int, msgspec.Meta(ge=0, le=10**15, extra_json_schema={"format": MONEY_FORMAT})]


class Use(StrEnum):
    """The classes of `lending.transaction_categories` that money can go to, and those that only tracing knows."""

    PROPERTY = "property"
    FUTURES = "futures"
    SECURITIES = "securities"
    WEALTH_PRODUCTS = "wealth_products"
    EQUITY = "equity"
    GAMBLING = "gambling"
    OTHER_LENDER = "other_lender"
    CIRCULAR_RETURN = "circular_return"
    CASH = "cash"
    OWN_ACCOUNT = "own_account"
    EDUCATION = "education"
    MEDICAL = "medical"
    RENOVATION = "renovation"
    TRAVEL = "travel"
    VEHICLE = "vehicle"
    WEDDING = "wedding"
    BUSINESS = "business"
    GOODS = "goods"
    LIVING = "living"
    REPAYMENT = "repayment"
    OVERDRAFT = "overdraft"
    UNKNOWN = "unknown"


ALWAYS_HARMLESS = frozenset({Use.LIVING, Use.REPAYMENT, Use.OVERDRAFT})
"""Neither for nor against any purpose: money has no names on it, and people must live."""


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    en: Annotated[str, msgspec.Meta(max_length=400)]
    zh: Annotated[str, msgspec.Meta(max_length=400)]


class ProhibitedUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A use that counts as diversion, and where that is written. `is_always`: whatever purpose is declared."""

    use: Use
    citation: Text
    is_always: bool = True


class Purpose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A purpose that can be declared and the uses that fit it; none named: all that is not prohibited."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    label: Text
    uses: tuple[Use, ...] = ()


class LoanUsePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prohibited uses, purposes, how the money is followed, and from which share on diversion is suspected."""

    prohibited: tuple[ProhibitedUse, ...]
    purposes: tuple[Purpose, ...]
    not_followed: tuple[Use, ...] = (Use.UNKNOWN, Use.CASH, Use.OWN_ACCOUNT)
    method: Method = Method.HAIRCUT
    tracing_days: Annotated[int, msgspec.Meta(ge=1, le=730)] = 90
    hops: Annotated[int, msgspec.Meta(ge=0, le=10)] = 3
    suspicion_share: Share = 0.10
    circular_share: Share = 0.30
    off_purpose_share: Share = 0.80
    untraceable_share: Share = 0.50
    unknown_opening: Literal["least", "untraceable"] = "least"
    habit_days: Annotated[int, msgspec.Meta(ge=0, le=730)] = 90
    payee_controlled_from_minor: Money | None = None
    payee_controlled_citation: Text = Text("", "")
    own_money_share: Share | None = None
    """From this share of the loan spent as declared on, prohibited uses count only as far as own money could not have
    paid them; None: they always count as the method says."""

    def purpose(self, code: str) -> Purpose | None:
        """The declared purpose; None where it is not one of the policy's."""
        return next((purpose for purpose in self.purposes if purpose.code == code), None)

    def against(self, purpose: str) -> list[Use]:
        """Uses that count as diversion where this purpose is declared."""
        declared = self.purpose(purpose)
        fitting = declared.uses if declared else ()
        return [row.use for row in self.prohibited if row.is_always or row.use not in fitting]


class PolicyProblem(StrEnum):
    """What is wrong with a policy though its shape is right."""

    PURPOSE_TWICE = "purpose_twice"
    USE_TWICE = "use_twice"
    CITATION_MISSING = "citation_missing"
    LABEL_MISSING = "label_missing"
    NOT_FOLLOWED_PROHIBITED = "not_followed_prohibited"
    PAYEE_CITATION_MISSING = "payee_citation_missing"
    SUSPICION_ZERO = "suspicion_zero"


def policy_problems(policy: LoanUsePolicy) -> list[PolicyProblem]:
    """Everything wrong, in order."""
    uses = [row.use for row in policy.prohibited]
    codes = [purpose.code for purpose in policy.purposes]
    cited = policy.payee_controlled_citation
    shares = (policy.suspicion_share, policy.circular_share, policy.off_purpose_share, policy.untraceable_share)
    checks = {
        PolicyProblem.PURPOSE_TWICE: len(codes) != len(set(codes)),
        PolicyProblem.USE_TWICE: len(uses) != len(set(uses)),
        PolicyProblem.CITATION_MISSING: not all(_is_said(row.citation) for row in policy.prohibited),
        PolicyProblem.LABEL_MISSING: not all(_is_said(purpose.label) for purpose in policy.purposes),
        PolicyProblem.NOT_FOLLOWED_PROHIBITED: bool(set(uses) & set(policy.not_followed)),
        PolicyProblem.PAYEE_CITATION_MISSING: policy.payee_controlled_from_minor is not None and not _is_said(cited),
        PolicyProblem.SUSPICION_ZERO: 0.0 in shares,
    }
    return [problem for problem, is_there in checks.items() if is_there]


def _is_said(text: Text) -> bool:
    return bool(text.en.strip() and text.zh.strip())
