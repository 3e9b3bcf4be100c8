"""For what a holder may show a health code, and for what nobody may ever ask for one."""

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from riskengine.errors import InvalidInput


class Purpose(NamedTuple):
    """`number` stands in tokens and is never given to another purpose."""

    number: int
    code: str
    title: str | Promise


PURPOSES: Final = (
    Purpose(1, "credit_application", _("Application for credit")),
    Purpose(2, "refinancing", _("Refinancing or restructuring a debt")),
    Purpose(3, "guarantee", _("Standing surety for somebody")),
    Purpose(4, "debt_advice", _("Debt advice")),
)
REFUSED: Final = ("employment", "housing", "travel")
"""Never: a health code may not decide who works, lives or travels."""
_BY_CODE: Final = {purpose.code: purpose for purpose in PURPOSES}
NUMBERS: Final = {purpose.code: purpose.number for purpose in PURPOSES}


class HealthPurposeRefused(InvalidInput):
    """A health code may not be shown for this: it may never be a condition of employment, housing or travel."""

    code = "health_purpose_refused"


class HealthPurposeUnknown(InvalidInput):
    """There is no such purpose."""

    code = "health_purpose_unknown"


def purpose_of(code: str) -> Purpose:
    """The purpose of this code. Raises HealthPurposeRefused, HealthPurposeUnknown."""
    word = code.strip().lower()
    if any(refused in word for refused in REFUSED):
        raise HealthPurposeRefused(
            "A health code may never be a condition of employment, housing or travel.", refused=list(REFUSED)
        )
    if word not in _BY_CODE:
        raise HealthPurposeUnknown("There is no such purpose.", purposes=list(_BY_CODE))
    return _BY_CODE[word]
