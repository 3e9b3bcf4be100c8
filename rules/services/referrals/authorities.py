"""Up to which amount a person may decide: asked for by an administrator, counted once a second person approved."""

from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction

from audit.canonical import content_hash
from audit.models import Approval, User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_void,
)
from audit.services.log import actor_user, entry_append
from lending.models import Product
from rules.models import ReviewAuthority
from rules.services.referrals.errors import AuthorityForOneself, AuthorityInvalid, AuthorityNotWaiting

OBJECT_TYPE = "review_authority"


def authority_hash(authority: ReviewAuthority) -> str:
    """The content that an approval stands for: whose, on what, how much."""
    return content_hash(
        {
            "user": authority.user_id,
            "group": authority.group_id,
            "product": authority.product_id,
            "maximum_minor": authority.maximum_minor,
        }
    )


def authority_of(*, user: User, product: Product) -> int | None:
    """The most this person may decide alone on the product, minor units; None without any authority.

    A row whose content is not what was approved counts for nothing.
    """
    mine = ReviewAuthority.objects.filter(user=user) | ReviewAuthority.objects.filter(group__in=user.groups.all())
    rows = mine.filter(product=product, ended_at=None, approval__state=Approval.State.APPROVED)
    return max((row.maximum_minor for row in rows.select_related("approval") if _is_as_approved(row)), default=None)


def _is_as_approved(row: ReviewAuthority) -> bool:
    return row.approval is not None and row.approval.content_hash == authority_hash(row)


@transaction.atomic
def authority_ask(
    *,
    maker: User,
    product: Product,
    maximum_minor: int,
    at: datetime,
    user: User | None = None,
    group: Group | None = None,
    comment: str = "",
) -> ReviewAuthority:
    """Ask for an authority of one person or one role. Raises AuthorityInvalid."""
    if (user is None) == (group is None) or maximum_minor <= 0:
        raise AuthorityInvalid("An authority is of one person or one role, up to an amount above nothing.")
    authority = ReviewAuthority.objects.create(
        user=user, group=group, product=product, maximum_minor=maximum_minor, made_at=at
    )
    approval_request(
        object_type=OBJECT_TYPE,
        object_id=str(authority.pk),
        content_hash=authority_hash(authority),
        maker=maker,
        at=at,
        comment=comment,
    )
    return authority


@transaction.atomic
def authority_decide(
    *, authority: ReviewAuthority, checker: User, content_hash: str, is_approved: bool, at: datetime, comment: str = ""
) -> ReviewAuthority:
    """Approve or reject what was asked for, as somebody it does not empower.

    Raises AuthorityNotWaiting, AuthorityForOneself, and what approvals raise.

    Approved, it takes the place of the earlier authority of the same person or role on the same product.
    """
    authority = ReviewAuthority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    pending = approval_pending(object_type=OBJECT_TYPE, object_id=str(authority.pk))
    if pending is None or authority.ended_at is not None:
        raise AuthorityNotWaiting("This authority does not wait for approval.", authority=authority.pk)
    if authority.user_id == checker.pk or checker.groups.filter(pk=authority.group_id).exists():
        raise AuthorityForOneself("This authority would be your own.", authority=authority.pk)
    if not is_approved:
        approval_reject(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
        return authority
    approval = approval_approve(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
    earlier = ReviewAuthority.objects.filter(
        user=authority.user_id, group=authority.group_id, product=authority.product_id, ended_at=None
    )
    earlier.filter(approval__isnull=False).exclude(pk=authority.pk).update(ended_at=at)
    authority.approval = approval
    authority.save(update_fields=["approval"])
    return authority


@transaction.atomic
def authority_end(*, authority: ReviewAuthority, actor: User, at: datetime) -> ReviewAuthority:
    """Take an authority away, at once and by one person: less power needs no second. Raises AuthorityNotWaiting."""
    authority = ReviewAuthority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    if authority.ended_at is not None:
        raise AuthorityNotWaiting("This authority has ended.", authority=authority.pk)
    approval_void(object_type=OBJECT_TYPE, object_id=str(authority.pk), at=at, reason="ended", actor=actor_user(actor))
    authority.ended_at = at
    authority.save(update_fields=["ended_at"])
    entry_append(
        kind="review_authority.ended",
        object_type=OBJECT_TYPE,
        object_id=str(authority.pk),
        actor=actor_user(actor),
        payload={"maximum_minor": authority.maximum_minor},
        recorded_at=at,
    )
    return authority
