"""Upgrades of categories in the admin: proposed by the system, put forward by a person, decided by another one."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.deciding import decided, decision_form, request_of, said
from audit.admin.page import Crumb, PageAdmin, page_url
from monitoring.admin.delinquency.deciding import delinquency_crumb
from monitoring.admin.delinquency.words import BLOCKERS, category_name
from monitoring.models import CategoryUpgrade
from monitoring.services.category_upgrades import cure_now, upgrade_ask, upgrade_decide, upgrade_withdraw
from monitoring.services.delinquency.hashes import UPGRADE

TONES = {"PROPOSED": "rk-info", "SUBMITTED": "rk-warn", "APPROVED": "rk-good", "REJECTED": "rk-bad", "LAPSED": ""}


@admin.register(CategoryUpgrade)
class CategoryUpgradeAdmin(PageAdmin):
    """Every upgrade proposed, the latest first."""

    list_display = ["loan", "from_words", "to_words", "state", "business_date", "proposed_at"]
    list_filter = ["state", "from_category"]
    list_select_related = ["loan"]
    search_fields = ["^loan__external_id"]
    search_help_text = gettext_lazy("Beginning of a contract number")
    list_before_template = "monitoring/delinquency/links.html"  # type: ignore[assignment]  # the theme says None
    ordering = ["-id"]
    empty_words = gettext_lazy(
        "When a review finds that a late loan is cured (all paid, then months and instalments on time as the"
        " classification says), the better category is proposed here. Two people decide it."
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("from"), ordering="from_severity")
    def from_words(self, upgrade: CategoryUpgrade) -> str:
        return category_name(upgrade.from_category)

    @admin.display(description=gettext_lazy("to"), ordering="to_severity")
    def to_words(self, upgrade: CategoryUpgrade) -> str:
        return category_name(upgrade.to_category)

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """One upgrade with the cure as it stands now."""
        rows = CategoryUpgrade.objects.select_related("loan__product", "approval")
        upgrade = get_object_or_404(rows, pk=number)
        approval = request_of(UPGRADE, upgrade.pk)
        form = decision_form(request, approval, upgrade.content_hash)
        may_ask = request.user.has_perm("monitoring.change_categoryupgrade")
        if request.method == "POST" and self._stepped(request, upgrade, may_ask, form):
            return redirect(page_url("monitoring_categoryupgrade_change", upgrade.pk))
        is_open = upgrade.state in ("PROPOSED", "SUBMITTED")
        cure = cure_now(upgrade) if is_open else None
        return self.page(
            request,
            "monitoring/delinquency/upgrade.html",
            title=_("Upgrade of %(loan)s") % {"loan": upgrade.loan.external_id},
            crumbs=[
                delinquency_crumb(),
                Crumb(_("Upgrades of categories"), page_url("monitoring_categoryupgrade_changelist")),
            ],
            upgrade=upgrade,
            source=category_name(upgrade.from_category),
            target=category_name(upgrade.to_category),
            tone=TONES[upgrade.state],
            approval=approval,
            cure=cure,
            blockers=[BLOCKERS[blocker] for blocker in cure.blockers] if cure else [],
            form=form,
            comment=request.POST.get("comment", ""),
            can_ask=may_ask and upgrade.state == "PROPOSED",
            is_own=approval is not None and approval.maker_id == request.user.pk and upgrade.state == "SUBMITTED",
        )

    def _stepped(self, request: HttpRequest, upgrade: CategoryUpgrade, may_ask: bool, form: Any) -> bool:
        step = request.POST.get("step")
        if step is None:
            return decided(request, form, partial(upgrade_decide, upgrade=upgrade))
        if not may_ask:
            raise PermissionDenied
        facts: dict[str, Any] = {"upgrade": upgrade, "maker": request.user, "at": timezone.now()}
        if step == "withdraw":
            said(request, _("Taken back."), partial(upgrade_withdraw, **facts))
        else:
            comment = request.POST.get("comment", "")[:4000]
            return said(request, _("Put forward. A checker decides."), partial(upgrade_ask, comment=comment, **facts))
        return True
