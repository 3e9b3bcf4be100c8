"""Landing of links between customers."""

from collections.abc import Sequence
from typing import Any, Final

from lending.models import CustomerLink
from lending.services.book.inputs import LinkInput
from lending.services.book.links import links_record
from lending.services.book.recording import Recorded
from lending.services.book_imports.landing import Context, Landed, Values, holders_find, land_items, rejected

Kind = CustomerLink.Kind
KINDS: Final = {kind.value: kind for kind in Kind} | {
    "担保人": Kind.GUARANTOR, "保证人": Kind.GUARANTOR, "共同借款人": Kind.CO_BORROWER, "家属": Kind.FAMILY,
    "亲属": Kind.FAMILY, "配偶": Kind.FAMILY, "同事": Kind.EMPLOYER_MATE, "共用设备": Kind.SHARED_DEVICE,
}  # fmt: skip
"""Kinds as other systems write them; codes in any case, with spaces or hyphens too."""
LIABLE: Final = frozenset({Kind.GUARANTOR, Kind.CO_BORROWER})
"""Liable where the row does not say."""


def links_land(rows: Sequence[Values], context: Context) -> list[Landed]:
    """Links of customers in the book to others in the book."""
    holders = iter(holders_find(rows))
    others = iter(holders_find([_other(row) for row in rows]))

    def build(row: Any) -> LinkInput | Landed:
        holder, other = next(holders), next(others)
        for found, prefix in ((holder, ""), (other, "other_")):
            field = f"{prefix}loan" if f"{prefix}loan" in row else f"{prefix}national_id"
            if found is None or found.is_erased:
                return rejected(field, "not_found" if found is None else "customer_erased")
        kind = KINDS.get(row["kind"].upper().replace(" ", "_").replace("-", "_"))
        if holder is None or other is None or kind is None:
            return rejected("kind", "unknown_kind")
        return LinkInput(
            customer_id=holder.customer_id,
            other_id=other.customer_id,
            kind=kind.value,
            is_liable=row.get("is_liable", kind in LIABLE),
            since=row["since"],
            until=row.get("until"),
            known_at=row.get("known_at"),
        )

    def record(items: Sequence[LinkInput]) -> Recorded:
        call: dict[str, Any] = {"source": context.source, "at": context.at, "actor": context.actor}
        return links_record(items=items, untold_at=context.known_at, **call)

    return land_items(rows, build, record)


def _other(row: Any) -> Values:
    """The other customer, named as the first one is; of the same product where the row does not say."""
    named = {"loan": row.get("other_loan"), "national_id": row.get("other_national_id")}
    product = row.get("other_product", row.get("product", ""))
    return {"product": product} | {name: value for name, value in named.items() if value is not None}
