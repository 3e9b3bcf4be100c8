"""A bundle with another version of its rule set: for dry runs and replays, which record nothing, drafts as well."""

import re

import msgspec

from audit.canonical import content_hash
from riskengine.errors import InvalidInput
from rules.engine.document import document_read
from rules.engine.patterns import compile_patterns
from rules.engine.program import compile_program
from rules.models import RuleSetVersion
from rules.services.bundles.loading import PRE_LOAN, Bundle, BundleBroken, bundle_hash, others_used
from rules.services.bundles.rows import ContentChanged

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


class UnknownVersion(InvalidInput):
    """The product has no pre-loan rule-set version of this number or content hash."""

    code = "unknown_version"


def version_by_id(product_code: str, reference: str) -> RuleSetVersion:
    """A product's version by its id or content hash, drafts too. Raises UnknownVersion."""
    return _version(product_code, reference, "pk")


def version_by_number(product_code: str, reference: str) -> RuleSetVersion:
    """A product's version by its number or content hash, drafts too. Raises UnknownVersion."""
    return _version(product_code, reference, "number")


def _version(product_code: str, reference: str, field: str) -> RuleSetVersion:
    versions = RuleSetVersion.objects.filter(rule_set__product__code=product_code, rule_set__stage=PRE_LOAN)
    found = None
    if _HASH.fullmatch(reference):
        found = versions.filter(content_hash=reference).order_by("-pk").first()
    elif _NUMBER.fullmatch(reference):
        found = versions.filter(**{field: int(reference)}).first()
    if found is None:
        raise UnknownVersion("The product has no such rule-set version.", version=reference[:80])
    return found


def bundle_with(bundle: Bundle, version: RuleSetVersion) -> Bundle:
    """The bundle with this version in place of its own; model and catalogue stay. Compiled anew each time.

    Raises ContentChanged where the version is not what its hash names, DocumentInvalid where it has errors,
    BundleBroken where there is no catalogue to read it with.
    """
    if content_hash(version.document) != version.content_hash:
        raise ContentChanged("The rule-set version is not what its hash names.", version=version.pk)
    if bundle.catalogue is None:
        raise BundleBroken("The catalogue does not load.", faults=bundle.faults)
    document = document_read(version.document)
    program = compile_program(document, bundle.catalogue, product=bundle.product_code, stage=bundle.stage)
    patterns = compile_patterns([pattern for pattern in document.patterns if pattern.enabled])
    patterns.warm()
    others = others_used(
        program, tuple((purpose, model.content_hash) for purpose, model in bundle.models.items() if model)
    )
    return msgspec.structs.replace(
        bundle,
        rule_set_version_id=version.pk,
        rule_set_hash=version.content_hash,
        bundle_hash=bundle_hash(version.content_hash, bundle.model_hash, bundle.catalogue_hash, others),
        others=others,
        program=program,
        patterns=patterns,
        is_stopped=False,  # a stop is of the version that decides, not of one that is tried
        faults={part: fault for part, fault in bundle.faults.items() if part not in ("rule_set", "patterns")},
    )
