"""The shipped catalogue, models and rule sets, taken live through the same services and four eyes as any change."""

import json
from datetime import datetime
from hashlib import sha256

from audit.canonical import content_hash
from audit.models import User
from lending.models import Product
from riskengine.demo.book import CARD, INSTALMENT
from riskengine.demo.keepings import keeping_ensure
from riskengine.demo.places import CATALOGUE, RULE_SETS, model_file
from rules.models import RuleSet
from rules.services.versions.activations import activation_at
from rules.services.versions.life import version_approve, version_draft, version_submit
from scoring.catalogue import catalogue_json, catalogue_read
from scoring.models import CatalogueVersion
from scoring.services.catalogues.files import catalogue_take, catalogue_widened
from scoring.services.catalogues.life import catalogue_approve, catalogue_of, catalogue_register, catalogue_submit
from scoring.services.models.life import model_approve, model_champion, model_register, model_submit

NOTE = "The starter policy as shipped."
NEW_VARIABLES = "Variables that this release adds; what is live stays as it is."
POLICIES: dict[str, tuple[str, str, str, str]] = {
    # Code of the rule set and name of its file: product, stage, name in English, name in Chinese.
    "instalment-pre-loan": (INSTALMENT, RuleSet.Stage.PRE_LOAN, "Instalment loan, before payout", "分期贷款（贷前）"),
    "instalment-post-loan": (
        INSTALMENT,
        RuleSet.Stage.POST_LOAN,
        "Instalment loan, monthly review",
        "分期贷款（贷后月度检视）",
    ),
    "card-pre-loan": (CARD, RuleSet.Stage.PRE_LOAN, "Card account, before a new limit", "信用卡账户（授信前）"),
    "card-post-loan": (CARD, RuleSet.Stage.POST_LOAN, "Card account, monthly review", "信用卡账户（贷后月度检视）"),
}


def catalogue_ensure(*, maker: User, checker: User, at: datetime) -> bool:
    """Take the shipped catalogue live; where an earlier one is live, ask once for what it has not. Whether it did."""
    live = CatalogueVersion.objects.filter(is_live=True).first()
    if live is not None:
        return _widening_ask(live, maker=maker, at=at)
    version = catalogue_register(document=json.loads(CATALOGUE.read_text()), at=at)
    catalogue_submit(version=version, maker=maker, at=at, comment=NOTE)
    catalogue_approve(version=version, checker=checker, content_hash=version.content_hash, at=at)
    return True


def _widening_ask(live: CatalogueVersion, *, maker: User, at: datetime) -> bool:
    """Put forward the variables that this release adds; a checker decides, and who refused them is not asked again."""
    widened = catalogue_widened(catalogue_of(live), catalogue_read(CATALOGUE.read_bytes()))
    if CatalogueVersion.objects.filter(content_hash=content_hash(catalogue_json(widened))).exists():
        return False
    catalogue_take(catalogue=widened, maker=maker, at=at, comment=NEW_VARIABLES)
    return True


def model_ensure(*, product: Product, modeller: User, checker: User, at: datetime) -> bool:
    """Make the shipped model of a product its champion unless it has one, and have its keeping stated; whether it
    changed anything."""
    package, champion = model_file(product.code).read_bytes(), model_champion(product)
    if champion is not None:
        is_shipped = champion.content_hash == sha256(package).hexdigest()
        return is_shipped and keeping_ensure(model=champion, maker=modeller, checker=checker, at=at)
    model = model_register(product=product, name=f"{product.code}-demo", package=package, at=at)
    keeping_ensure(model=model, maker=modeller, checker=checker, at=at)
    model_submit(model=model, maker=modeller, at=at, comment=NOTE)
    model_approve(model=model, checker=checker, content_hash=model.content_hash, at=at)
    return True


def rule_set_ensure(*, code: str, product: Product, maker: User, checker: User, at: datetime) -> bool:
    """Take a shipped rule set live unless a version of it is live; whether it did."""
    _, stage, name_en, name_zh = POLICIES[code]
    rule_set, _ = RuleSet.objects.get_or_create(
        code=code, defaults={"product": product, "stage": stage, "name_en": name_en, "name_zh": name_zh}
    )
    if activation_at(rule_set=rule_set, at=at) is not None:
        return False
    document = json.loads((RULE_SETS / f"{code}.json").read_text())
    version = version_draft(rule_set=rule_set, author=maker, at=at, document=document, note=NOTE)
    version_submit(version=version, maker=maker, at=at, comment=NOTE)
    version.refresh_from_db()
    version_approve(version=version, checker=checker, content_hash=version.content_hash, at=at)
    return True
