"""Verify an exported audit log with nothing but Python ≥ 3.11 and `cryptography`: no Django, no database, no network.

    python verify_audit.py DIR --key audit_signing.pub.pem [--checkpoints DIR] [--report FILE]
    python verify_audit.py PROOF.json --key audit_signing.pub.pem

DIR holds `entries.jsonl` (a line an entry: the very bytes that are hashed), `leaves.bin` (32 bytes an entry, to name
the one that was altered) and `checkpoints/*.json` (signed roots). Get the key, this file and, with
--checkpoints, checkpoints kept elsewhere by another way than DIR: a log rolled back to an older backup, or signed anew
by somebody who stole the key, agrees with itself and disagrees only with them. Exit: 0 sound, 1 findings, 2 wrong use.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import chain, pairwise
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

MOST_FINDINGS = 100
Entries = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True)
class SignedRoot:
    """A checkpoint: the first `tree_size` entries have this root; `source` says where it was found."""

    tree_size: int
    root_hash: bytes
    signed_at: str
    key_id: str
    signature: bytes
    source: str = ""

    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        return f"riskengine audit checkpoint 1\n{self.tree_size}\n{self.root_hash.hex()}\n{self.signed_at}\n".encode()

    def to_json(self) -> str:
        """The exported file."""
        hashes = {"root_hash": self.root_hash.hex(), "signature": self.signature.hex()}
        names = {"format": 1, "tree_size": self.tree_size, "signed_at": self.signed_at, "key_id": self.key_id}
        return json.dumps(names | hashes, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, source: str) -> "SignedRoot":
        """Read an exported file. Raises ValueError, KeyError or TypeError on anything else."""
        document = json.loads(text)
        if document["format"] != 1 or type(document["tree_size"]) is not int or document["tree_size"] < 1:
            raise ValueError("Not a checkpoint of format 1.")
        root_hash, signature = bytes.fromhex(document["root_hash"]), bytes.fromhex(document["signature"])
        return cls(document["tree_size"], root_hash, document["signed_at"], document["key_id"], signature, source)


@dataclass(frozen=True)
class Finding:
    """Something is wrong: `code` for a program, `message` for a person, `position` (from 0) of the entry meant."""

    code: str
    message: str
    position: int | None = None


@dataclass
class Report:
    """What was verified. `verified_size` entries are covered by a good signature whose root agrees."""

    entries: int = 0
    checkpoints: int = 0
    verified_size: int = 0
    verified_at: str = ""
    findings: list[Finding] = field(default_factory=list)
    findings_left_off: int = 0
    seconds: float = 0.0
    entries_per_second: int = 0

    @property
    def is_sound(self) -> bool:
        """No finding at all."""
        return not self.findings

    def add(self, code: str, message: str, position: int | None = None) -> None:
        """Note a finding; beyond the first hundred only their number is kept."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, message, position))
        else:
            self.findings_left_off += 1


class Tree:
    """An RFC 6962 Merkle tree that grows on the right and keeps only the roots of its complete subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        merges, peaks = self.size, self.peaks
        while merges & 1:
            leaf = hashlib.sha256(b"\x01" + peaks.pop() + leaf).digest()
            merges >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far (at least one)."""
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = hashlib.sha256(b"\x01" + peak + root).digest()
        return root


def key_id_of(key: Ed25519PublicKey) -> str:
    """The first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def is_signed(checkpoint: SignedRoot, keys: Iterable[Ed25519PublicKey]) -> bool:
    """Whether one of the keys signed this checkpoint."""
    key = next((key for key in keys if key_id_of(key) == checkpoint.key_id), None)
    try:
        if key is not None:
            key.verify(checkpoint.signature, checkpoint.signed_bytes())
    except InvalidSignature:
        key = None
    return key is not None


def verify(
    entries: Entries, checkpoints: Iterable[SignedRoot], keys: Iterable[Ed25519PublicKey], report: Report | None = None
) -> Report:
    """Hash `entries` (line without its newline, stored leaf hash) in order and hold them against signed roots: each
    must be signed and agree, and the largest must cover all entries."""
    report = Report() if report is None else report
    started, tree, sha256 = time.perf_counter(), Tree(), hashlib.sha256
    wanted = _signed_only(checkpoints, list(keys), report)
    for line, stored in entries:
        leaf = sha256(b"\x00" + line).digest()
        if leaf != stored:
            report.add("entry_altered", "The entry is not what was hashed when it was written.", tree.size)
        tree.append(leaf)
        if tree.size in wanted:
            _compare(tree, wanted.pop(tree.size), report)
    report.entries = tree.size
    for size in sorted(wanted):
        source = wanted[size][0].source
        report.add("log_too_short", f"{source} signs {size} entries, only {tree.size} are here: cut or rolled back.")
    if left := tree.size - report.verified_size:
        report.add("entries_unsigned", f"The last {left} entries are under no sound checkpoint.", report.verified_size)
    report.seconds = round(time.perf_counter() - started, 3)
    report.entries_per_second = round(report.entries / max(report.seconds, 0.001))
    return report


def _signed_only(checkpoints: Iterable[SignedRoot], keys: list, report: Report) -> dict[int, list[SignedRoot]]:
    by_size: dict[int, list[SignedRoot]] = {}
    for checkpoint in checkpoints:
        sound = by_size.setdefault(checkpoint.tree_size, [])
        if is_signed(checkpoint, keys):
            sound.append(checkpoint)
        else:
            report.add("signature_bad", f"{checkpoint.source} is not signed by a key given.")
    report.checkpoints = len(by_size)
    return {size: sound for size, sound in by_size.items() if sound}


def _compare(tree: Tree, checkpoints: list[SignedRoot], report: Report) -> None:
    for checkpoint in checkpoints:
        if checkpoint.root_hash == tree.root():
            report.verified_size, report.verified_at = checkpoint.tree_size, checkpoint.signed_at
        else:
            report.add("root_differs", f"{checkpoint.source} signs another history of the first {tree.size} entries.")


def read_entries(folder: Path, report: Report) -> Iterator[tuple[bytes, bytes]]:
    """The lines of `entries.jsonl` beside the hashes of `leaves.bin`; where lines are missing, hashes are skipped."""
    leaves, place, places = (folder / "leaves.bin").read_bytes(), 0, dict[bytes, int]()
    with (folder / "entries.jsonl").open("rb") as lines:
        hashed = ((line, hashlib.sha256(b"\x00" + line.removesuffix(b"\n")).digest()) for line in lines)
        for (line, leaf), (_, after) in pairwise(chain(hashed, [(b"", b"")])):
            if not line.endswith(b"\n"):
                report.add("line_unfinished", "The last line of entries.jsonl has no end.")
            if leaf != leaves[place : place + 32]:
                places = places or {leaves[start : start + 32]: start for start in range(0, len(leaves), 32)}
                number, found = place // 32, places.get(leaf, -1)
                if found > place and (not after or places.get(after, -1) > found):  # else a line out of its place
                    words = f"Entries missing at position {number}: {found // 32 - number}."
                    report.add("entry_missing", words, number)
                    place = found
            yield line.removesuffix(b"\n"), leaves[place : place + 32]
            place += 32
    if place < len(leaves):
        report.add("entry_missing", f"Entries missing at position {place // 32}: all to the end.", place // 32)


def read_checkpoints(folder: Path, report: Report) -> list[SignedRoot]:
    """All checkpoints of a folder; one that cannot be read is a finding."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(SignedRoot.from_json(path.read_bytes(), f"{folder.name}/{path.name}"))
        except (ValueError, KeyError, TypeError, AttributeError):
            report.add("checkpoint_unreadable", f"{folder.name}/{path.name} is not a checkpoint.")
    return found


def verify_folder(folder: Path, keys: list[Ed25519PublicKey], elsewhere: Iterable[Path] = ()) -> Report:
    """Verify an export; `elsewhere` are folders of checkpoints kept apart from it."""
    report, checkpoints = Report(), list[SignedRoot]()
    for source in (folder / "checkpoints", *elsewhere):
        found = read_checkpoints(source, report)
        if not found:  # compared with nothing, any export would pass
            report.add("checkpoint_missing", f"{source} holds no checkpoint.")
        checkpoints += found
    return verify(read_entries(folder, report), checkpoints, keys, report)


def verify_proof(path: Path, keys: list[Ed25519PublicKey]) -> Report:
    """Verify that one entry is in the log a signed checkpoint speaks of (RFC 9162, 2.1.3.2), from a proof file."""
    report = Report(entries=1, checkpoints=1)
    try:
        document = json.loads(path.read_bytes())
        checkpoint = SignedRoot.from_json(json.dumps(document["checkpoint"]), path.name)
        leaf = hashlib.sha256(b"\x00" + document["entry"].encode()).digest()
        position, siblings = document["position"], [bytes.fromhex(text) for text in document["path"]]
        is_proved = _root_from(leaf, position, checkpoint.tree_size, siblings) == checkpoint.root_hash
    except (ValueError, KeyError, TypeError, AttributeError):
        report.add("proof_unreadable", "Not a proof file.")
        return report
    if not is_signed(checkpoint, keys):
        report.add("signature_bad", "The checkpoint of the proof is not signed by a key given.")
    elif not is_proved:
        report.add("proof_wrong", "The entry is not at this place of the signed log.", position)
    else:
        report.verified_size, report.verified_at = checkpoint.tree_size, checkpoint.signed_at
    return report


def _root_from(leaf: bytes, position: int, size: int, siblings: list[bytes]) -> bytes:
    node, last = position, size - 1
    if type(position) is not int or not 0 <= node <= last:
        return b""
    for sibling in siblings:
        if last == 0:
            return b""
        is_right = node & 1 or node == last
        leaf = hashlib.sha256(b"\x01" + (sibling + leaf if is_right else leaf + sibling)).digest()
        while is_right and not node & 1 and node:
            node, last = node >> 1, last >> 1
        node, last = node >> 1, last >> 1
    return leaf if last == 0 else b""


def load_key(path: Path) -> Ed25519PublicKey:
    """An Ed25519 public key in PEM. Raises ValueError on any other."""
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{path} is not an Ed25519 public key.")
    return key


def main(arguments: list[str] | None = None) -> int:
    """The command line; see the top of the file."""
    parser = argparse.ArgumentParser(description="Verify an exported audit log, or one proof of inclusion.")
    add = parser.add_argument
    add("target", type=Path, metavar="DIR|PROOF.json")
    add("--key", type=Path, action="append", required=True, help="public key (PEM); repeat it after a change of keys")
    add("--checkpoints", type=Path, action="append", default=[], help="folder of checkpoints kept elsewhere")
    add("--report", type=Path, help="write the result as JSON")
    options = parser.parse_args(arguments)
    try:
        keys, target = [load_key(path) for path in options.key], options.target
        report = verify_proof(target, keys) if target.is_file() else verify_folder(target, keys, options.checkpoints)
    except (OSError, ValueError) as error:
        print(f"Cannot verify: {error}", file=sys.stderr)
        return 2
    if options.report:
        options.report.write_text(json.dumps(asdict(report) | {"is_sound": report.is_sound}, indent=1) + "\n")
    _say(report)
    return 0 if report.is_sound else 1


def _say(report: Report) -> None:
    for finding in report.findings:
        place = "" if finding.position is None else f" (entry {finding.position})"
        print(f"FINDING {finding.code}{place}: {finding.message}")
    print(f"{report.entries} entries, {report.checkpoints} checkpoints, {report.entries_per_second} entries/s")
    verdict = "SOUND" if report.is_sound else f"NOT SOUND ({len(report.findings) + report.findings_left_off} findings)"
    print(f"{verdict}: signed up to entry {report.verified_size}, {report.verified_at or 'never'}")


if __name__ == "__main__":
    sys.exit(main())
