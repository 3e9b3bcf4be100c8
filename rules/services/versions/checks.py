"""What must still hold when a version is approved: its own hash, and what was proved of it at submission."""

from datetime import datetime

from audit.canonical import content_hash as hash_of
from audit.models import Approval
from rules.models import RuleSetVersion
from rules.services.versions.activations import activation_at
from rules.services.versions.errors import VersionChanged, VersionEvidenceOutdated, VersionHasProblems
from rules.services.versions.evidence import evidence_collect
from scoring.services.catalogues.life import catalogue_live_version, catalogue_lock


def require_own_hash(version: RuleSetVersion) -> None:
    """A document changed behind our back must not be approved under the old name."""
    if hash_of(version.document) != version.content_hash:
        raise VersionChanged("The stored document does not match its content hash. Tell an administrator.")


def require_evidence(version: RuleSetVersion, approval: Approval, *, live_hash: str | None, at: datetime) -> None:
    """What was proved at submission was proved against one catalogue and beside one live version.

    Another catalogue may lack what the version reads: VersionHasProblems. Another live version makes other changes of
    it: VersionEvidenceOutdated, unless the checker compared with that one (`live_hash`).
    """
    catalogue_lock()
    seen = approval.evidence.get("compared_with", "") if live_hash is None else live_hash
    if seen != live_hash_at(version, at):
        raise VersionEvidenceOutdated("Another version went live since: compare with that one.", live=seen)
    if approval.evidence.get("catalogue_hash") == catalogue_live_version().content_hash:
        return
    found = evidence_collect(version=version, live=None)
    if found.errors:
        words = "The catalogue of variables has changed since, and this version has problems now. Reject it."
        raise VersionHasProblems(words, problems=found.errors)


def live_hash_at(version: RuleSetVersion, at: datetime) -> str:
    """The content hash of what is live in the version's rule set; empty where nothing is."""
    live = activation_at(rule_set=version.rule_set, at=at)
    return live.version.content_hash if live else ""
