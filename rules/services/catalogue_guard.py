"""What live rule sets need of the catalogue: no variable or wording they read may go or change its type."""

from django.utils import timezone

from rules.engine.document import RuleSetDocument, document_read
from rules.engine.program import compile_program
from rules.engine.validate import validate
from rules.models import RuleSetActivation
from scoring.catalogue import Catalogue


def rule_sets_object(new: Catalogue, live: Catalogue) -> list[str]:
    """Problems that live and planned versions have with the new catalogue and not with the live one, in words."""
    found: list[str] = []
    for activation in RuleSetActivation.objects.select_related("version", "rule_set__product"):
        if activation.until_at is not None and activation.until_at <= timezone.now():
            continue
        document, rule_set = document_read(activation.version.document), activation.rule_set
        name = f"{rule_set.code} v{activation.version.number}"
        found += [f"{name}: {problem}" for problem in _problems(document, new, live, rule_set.product.code)]
    return found


def _problems(document: RuleSetDocument, new: Catalogue, live: Catalogue, product: str) -> list[str]:
    before, after = (
        {
            (item.path, item.code): item.message_en
            for item in validate(document, catalogue, product=product, stage=document.stage)
            if item.severity == "error"
        }
        for catalogue in (live, new)
    )
    known, kept = live.of_product(product), new.of_product(product)
    read = compile_program(document, live, product=product, stage=document.stage).inputs
    changed = [
        f"{name} changes from {known[name].type} to {kept[name].type}"
        for name in read
        if name in known and name in kept and known[name].type != kept[name].type
    ]
    return changed + [message for place, message in after.items() if place not in before]
