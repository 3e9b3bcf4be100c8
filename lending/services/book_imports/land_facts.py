"""Landing of facts about customers: what a bureau or another source says, with who it comes from."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction

from lending.book_imports.filling import MARK
from lending.book_imports.values import ValueProblem
from lending.models import CustomerFact
from lending.services.book_imports.landing import Context, Landed, holders_find, known_of, rejected
from lending.services.book_imports.variable_side import UnknownVariable, variable_provenance, variable_value
from lending.services.customer_facts import FactInput, FactValue, InvalidFacts, facts_record_many

Provenance = CustomerFact.Provenance
WORDS: Final = {
    **{code.casefold(): code for code in Provenance.values},
    **dict.fromkeys(("declared", "self-declared", "self declared", "customer", "本人申报", "自述", "客户申报"),
                    Provenance.SELF_DECLARED),
    **dict.fromkeys(("third party", "third-party", "bureau", "第三方", "第三方提供", "征信机构"),
                    Provenance.THIRD_PARTY),
    **dict.fromkeys(("observed", "own records", "本机构观察", "本行记录", "系统记录"), Provenance.OBSERVED),
    **dict.fromkeys(("derived", "worked out", "推算", "衍生"), Provenance.DERIVED),
}  # fmt: skip
"""What files call who a value comes from."""
_LONGEST = 40


def bureau_land(rows: Sequence[Any], context: Context) -> list[Landed]:
    """Bureau updates as facts about customers, sealed, of catalogued variables only."""
    landed: list[Landed] = []
    for row, holder in zip(rows, holders_find(rows), strict=True):
        if holder is None:
            landed.append(rejected("loan" if "loan" in row else "national_id", "not_found"))
        elif holder.is_erased:
            landed.append(rejected("national_id", "customer_erased"))
        else:
            landed.append(_fact_read_and_land(row, holder.customer_id, context))
    return landed


def _fact_read_and_land(row: Any, customer_id: int, context: Context) -> Landed:
    try:
        value = variable_value(row["variable"], row["value"])
    except UnknownVariable:
        return rejected("variable", "unknown_variable")
    except ValueProblem as error:
        return rejected("value", error.code)
    return _fact_land(row, value, customer_id, context)


def _fact_land(row: Any, value: FactValue, customer_id: int, context: Context) -> Landed:
    is_imputed = bool(row.get(MARK))
    source = f"{context.source[:30]}:imputed" if is_imputed else context.source
    provenance = Provenance.DERIVED if is_imputed else _provenance(row)
    if provenance is None:
        return rejected("provenance", "unknown_provenance")
    confirmed_by = "" if is_imputed else row.get("confirmed_by", "")
    if len(confirmed_by) > _LONGEST:
        return rejected("confirmed_by", "bad_text")
    if confirmed_by == source:
        return rejected("confirmed_by", "confirmed_by_itself")
    fact = FactInput(
        variable=row["variable"],
        value=value,
        event_at=row["event_at"],
        known_at=known_of(row, context),
        source=source,
        provenance=provenance,
        is_verified=not is_imputed and row.get("is_verified", False),
        confirmed_by=confirmed_by,
    )
    told = CustomerFact.objects.filter(
        customer_id=customer_id, variable=fact.variable, event_at=fact.event_at, source=fact.source
    )
    if told.filter(known_at=fact.known_at).exists():
        return Landed("known")
    try:
        with transaction.atomic():
            facts_record_many(facts={customer_id: [fact]}, at=context.at, actor=context.actor)
    except InvalidFacts:
        return rejected("known_at" if fact.event_at > fact.known_at else "value", "out_of_range")
    return Landed("new")


def _provenance(row: Any) -> Provenance | None:
    """Who the row says it comes from, else the catalogue of its variable; None for a word that is none.

    Nothing is ours unless the row says so: what the catalogue has as observed by us is a third party's where it comes
    in a file that does not say. Where nobody says, it counts as declared by the customer.
    """
    if "provenance" in row:
        found = WORDS.get(row["provenance"].casefold())
        return Provenance(found) if found else None
    said = variable_provenance(row["variable"]) or Provenance.SELF_DECLARED
    return Provenance.THIRD_PARTY if said == Provenance.OBSERVED else Provenance(said)
