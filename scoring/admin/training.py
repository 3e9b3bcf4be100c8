"""Trainings in the admin: asked for by a modeller, watched while they run, cancelled, and led on to their model."""

from functools import partial

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.deciding import said
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.admin.uploads import upload_view
from audit.services.governed_live import governed_live
from lending.models import Product
from riskengine.errors import RiskEngineError
from scoring.admin.frozen import in_language
from scoring.admin.statement_forms import statement_initial
from scoring.admin.training_errors import training_error
from scoring.admin.training_figures import figures_cards
from scoring.admin.training_forms import TrainingForm
from scoring.admin.training_words import line_words
from scoring.admin.words import kind_word
from scoring.models import TrainingJob
from scoring.services.bad_definitions import KIND_CODE as BAD_DEFINITION
from scoring.services.training.jobs import MOST_UPLOAD, OPEN, training_job_ask, training_job_cancel

MAKE = "scoring.add_modelpackage"
ON_A_PAGE = 50
REFRESH_SECONDS = 3
TONES = {"DONE": "good", "FAILED": "bad", "RUNNING": "info", "WAITING": "info", "CANCELLED": "plain"}


@admin.register(TrainingJob)
class TrainingJobAdmin(PageAdmin):
    """Trainings, newest first."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the page that asks is `ask`

    def get_urls(self) -> list[URLPattern]:
        ask = upload_view(self.admin_site, partial(ask_page, self), permission=MAKE, most=MOST_UPLOAD)
        cancel = self.admin_site.admin_view(cancel_job)
        return [
            path("ask/", ask, name="scoring_trainingjob_ask"),
            path("<int:pk>/cancel/", cancel, name="scoring_trainingjob_cancel"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        rows = TrainingJob.objects.select_related("product", "asked_by", "package").defer("upload").order_by("-pk")
        page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
        return self.page(
            request,
            "riskengine/model/trainings.html",
            title=_("Trainings"),
            rows=[{"job": job, "tone": TONES[job.state], "kind": kind_word(job.kind)} for job in page],
            page=page,
            can_ask=request.user.has_perm(MAKE),
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """How far the training is; the page asks again by itself until it has ended."""
        rows = TrainingJob.objects.select_related("product", "asked_by", "package").defer("upload")
        job = get_object_or_404(rows, pk=number)
        is_open = job.state in OPEN
        return self.page(
            request,
            "riskengine/model/training.html",
            title=job.name,
            crumbs=[crumb()],
            job=job,
            tone=TONES[job.state],
            is_open=is_open,
            refresh=REFRESH_SECONDS if is_open else 0,
            lines=[line_words(line) for line in job.progress],
            kind=kind_word(job.figures.get("model", job.kind)),
            **figures_cards(job.figures),
            error=training_error(job),
            may_cancel=is_open and request.user.has_perm(MAKE),
            page_timezone=job.product.timezone,
        )


def ask_page(page: TrainingJobAdmin, request: HttpRequest) -> HttpResponse:
    """Choose a product, then say what to train."""
    require(request.user.has_perm(MAKE))
    product = Product.objects.filter(code=request.GET.get("product", "")).first()
    if product is None:
        products = Product.objects.filter(is_active=True).order_by("code")
        return page.page(
            request,
            "riskengine/model/training_products.html",
            title=_("Train a model"),
            crumbs=[crumb()],
            products=products,
        )
    initial = {"name": str(product), **statement_initial(product.code)}
    definition = _definition(product)
    form = TrainingForm(request.POST or None, request.FILES or None, initial=initial, definition=definition)
    if request.method == "POST" and form.is_valid():
        try:
            job = training_job_ask(product=product, asked_by=staff(request), at=timezone.now(), **form.job())
            return redirect(page_url("scoring_trainingjob_change", job.pk))
        except RiskEngineError as error:
            messages.error(request, error_words(error))
    return page.page(
        request,
        "riskengine/model/training_ask.html",
        title=_("Train a model"),
        crumbs=[crumb()],
        product=product,
        form=form,
    )


def _definition(product: Product) -> str:
    """The definition of bad in force, in words; empty where there is none."""
    live = governed_live(BAD_DEFINITION, product.code, on=timezone.now().date())
    if live is None:
        return ""
    text = live.value.text
    said = _("In force, number %(number)s: %(words)s") % {"number": live.number, "words": in_language(text.en, text.zh)}
    then = _("Its words and horizon go on the card; those below may be empty then.")
    return f"{said} {then}"


def cancel_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel, as the button says."""
    require(request.user.has_perm(MAKE))
    job = get_object_or_404(TrainingJob.objects.select_related("product").defer("upload"), pk=pk)
    if request.method == "POST":
        done = _("Cancelled. A run under way stops at its next step; nothing is registered.")
        said(request, done, lambda: training_job_cancel(job=job, actor=staff(request), at=timezone.now()))
    return redirect(page_url("scoring_trainingjob_change", pk))


def crumb() -> Crumb:
    """The way back."""
    return Crumb(_("Trainings"), page_url("scoring_trainingjob_changelist"))
