"""What recorded decisions tell portraits: the variables of each product's last application, opened from its record."""

import logging
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection

from lending.vault import VaultError, key_unwrap
from rules.services.decisions.document import document_open, sealed_open
from scoring.catalogue import Variable
from scoring.portraits.observation import Observation, provenance_of
from scoring.services.portraits.sources import Reading, Told

logger = logging.getLogger(__name__)

_LAST: Final = """
    SELECT DISTINCT ON (a.customer_id, d.product_id)
           a.customer_id, c.wrapped_key, p.code, d.as_of, d.decided_at, d.document
    FROM lending_application a JOIN lending_customer c ON c.id = a.customer_id
    JOIN rules_decision d ON d.application_id = a.id JOIN lending_product p ON p.id = d.product_id
    WHERE a.customer_id = ANY(%(customers)s) AND c.wrapped_key IS NOT NULL
      AND d.as_of <= %(as_of)s AND d.decided_at <= %(as_of)s
    ORDER BY a.customer_id, d.product_id, d.as_of DESC, d.decided_at DESC, d.id
"""
_ASKED: Final = frozenset({"application", "bureau", "loan"})


def decisions_read(reading: Reading) -> dict[int, Told]:
    """The variables as the last application of each product gave them; a record that does not open tells nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, {"customers": reading.customer_ids, "as_of": reading.as_of})
        rows = cursor.fetchall()
    told: dict[int, Told] = {}
    for customer, wrapped, product, as_of, decided_at, data in rows:
        entry = told.setdefault(customer, Told([], {}, {}))
        entry.products[product] = as_of
        entry.observations += [
            _observation(reading.variables[name], value, as_of, decided_at)
            for name, value in _given(customer, wrapped, data).items()
            if _is_told(name, customer, reading)
        ]
    return told


def _is_told(name: str, customer: int, reading: Reading) -> bool:
    """Whether it is a variable that requests carry and portraits hold; alternative data only where it is open."""
    variable = reading.variables.get(name)
    if variable is None or variable.source not in _ASKED:
        return False
    return not variable.is_alternative or reading.may_read(customer, name)


def _given(customer: int, wrapped: memoryview, data: memoryview) -> dict[str, Any]:
    try:
        document = document_open(bytes(data))
        return sealed_open(key_unwrap(wrapped), document)[1].given if document.sealed else {}
    except (VaultError, msgspec.MsgspecError):
        logger.warning("portrait_decision_sealed", extra={"customer": customer})
        return {}


def _observation(variable: Variable, value: Any, event_at: datetime, known_at: datetime) -> Observation:
    return Observation(
        variable=variable.name,
        value=value,
        event_at=event_at,
        known_at=known_at,
        source="application",
        provenance=provenance_of(variable, "application"),
    )
