"""Why work on a referral is refused; each code is stable and has its words in `rules.admin.error_words`."""

from riskengine.errors import Conflict, InvalidInput, NotPermitted


class ReferralNotPermitted(NotPermitted):
    """The account does not work on referred applications."""

    code = "referral_not_permitted"


class ReferralTaken(Conflict):
    """Somebody else took it first; `facts["by"]` is their name."""

    code = "referral_taken"


class ReferralNotYours(Conflict):
    """It is not in work with this person, or no longer."""

    code = "referral_not_yours"


class ReferralFresh(Conflict):
    """It has not lain long enough with somebody else to be taken over; `facts["hours"]` says how long that is."""

    code = "referral_fresh"


class ReferralDecided(Conflict):
    """It is decided; a decided case is never opened again."""

    code = "referral_decided"


class ReferralErased(Conflict):
    """The customer's data is erased: there is nothing left to decide on."""

    code = "referral_erased"


class ProposalInvalid(InvalidInput):
    """The decision cannot be taken as it stands; `facts["problems"]` names each field, code and message."""

    code = "referral_proposal_invalid"


class SecondIsFirst(NotPermitted):
    """Who proposed cannot confirm."""

    code = "referral_second_is_first"


class AuthorityTooSmall(NotPermitted):
    """The amount is above what this person may confirm."""

    code = "referral_authority_too_small"


class ProposalChanged(Conflict):
    """The proposal is no longer the one that was read."""

    code = "referral_proposal_changed"


class AuthorityInvalid(InvalidInput):
    """An authority is of one person or one role, on one product, up to an amount above nothing."""

    code = "review_authority_invalid"


class AuthorityNotWaiting(Conflict):
    """The authority was approved, rejected or ended before."""

    code = "review_authority_not_waiting"


class AuthorityForOneself(NotPermitted):
    """Nobody approves an authority that is their own."""

    code = "review_authority_for_oneself"
