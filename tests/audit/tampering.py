"""Random tampering with an export: each way an intruder with write access could choose, drawn from a seed."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.merkle import Frontier, leaf_hash
from audit.verifier.verify_audit import SignedRoot, key_id_of


class Export:
    """An export in memory: lines, leaf hashes and checkpoints (name → text)."""

    def __init__(self, folder: Path) -> None:
        self.lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
        data = (folder / "leaves.bin").read_bytes()
        self.leaves = [data[start : start + 32] for start in range(0, len(data), 32)]
        self.checkpoints = {path.name: path.read_text() for path in sorted((folder / "checkpoints").glob("*.json"))}

    def write(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "checkpoints").mkdir(parents=True)
        (folder / "entries.jsonl").write_bytes(b"".join(self.lines))
        (folder / "leaves.bin").write_bytes(b"".join(self.leaves))
        for name, text in self.checkpoints.items():
            (folder / "checkpoints" / name).write_text(text)

    def rehash(self, positions: range | list[int]) -> None:
        """What a careful intruder does: the leaf hash fits the altered line."""
        for position in positions:
            self.leaves[position] = leaf_hash(self.lines[position].removesuffix(b"\n"))

    def state(self) -> tuple:
        return tuple(self.lines), tuple(self.leaves), tuple(self.checkpoints.items())


def edit_entry(export: Export, rng: random.Random) -> None:
    position = rng.randrange(len(export.lines))
    document = json.loads(export.lines[position])
    field = rng.choice(["actor", "kind", "object_id", "payload", "recorded_at"])
    document[field] = {"number": rng.random()} if field == "payload" else f"{document[field]}{rng.randrange(9)}"
    export.lines[position] = json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    if rng.random() < 0.5:
        export.rehash([position])


def flip_bit(export: Export, rng: random.Random) -> None:
    position = rng.randrange(len(export.lines))
    line = bytearray(export.lines[position])
    line[rng.randrange(len(line))] ^= 1 << rng.randrange(8)
    export.lines[position] = bytes(line)


def flip_leaf_bit(export: Export, rng: random.Random) -> None:
    position = rng.randrange(len(export.leaves))
    leaf = bytearray(export.leaves[position])
    leaf[rng.randrange(32)] ^= 1 << rng.randrange(8)
    export.leaves[position] = bytes(leaf)


def delete_entry(export: Export, rng: random.Random) -> None:
    position = rng.randrange(len(export.lines))
    del export.lines[position]
    if rng.random() < 0.7:
        del export.leaves[position]


def insert_entry(export: Export, rng: random.Random) -> None:
    position = rng.randrange(len(export.lines) + 1)
    export.lines.insert(position, b'{"actor":"user:1","kind":"forged %d"}\n' % rng.randrange(10**6))
    if rng.random() < 0.7:
        export.leaves.insert(position, b"")
        export.rehash([position])


def repeat_entry(export: Export, rng: random.Random) -> None:
    position = rng.randrange(len(export.lines))
    export.lines.insert(position, export.lines[position])
    export.leaves.insert(position, export.leaves[position])


def swap_entries(export: Export, rng: random.Random) -> None:
    one, other = rng.sample(range(len(export.lines)), 2)
    for rows in (export.lines, export.leaves):
        rows[one], rows[other] = rows[other], rows[one]


def truncate(export: Export, rng: random.Random) -> None:
    keep = rng.randrange(len(export.lines))
    del export.lines[keep:], export.leaves[keep:]


def roll_back(export: Export, rng: random.Random) -> None:
    """The whole export as it was at an older checkpoint: sound in itself, refuted by a newer one kept elsewhere."""
    keep = int(rng.choice(sorted(export.checkpoints)[:-1]).removesuffix(".json"))
    del export.lines[keep:], export.leaves[keep:]
    export.checkpoints = {name: text for name, text in export.checkpoints.items() if int(name[:-5]) <= keep}


def edit_checkpoint(export: Export, rng: random.Random) -> None:
    name = rng.choice(sorted(export.checkpoints))
    document = json.loads(export.checkpoints[name])
    field = rng.choice(["tree_size", "root_hash", "signed_at", "signature", "key_id"])
    if field == "tree_size":
        document[field] += rng.choice([-1, 1])
    elif field == "signed_at":
        document[field] = "2020" + document[field][4:]
    else:
        place = rng.randrange(len(document[field]))
        digit = rng.choice([digit for digit in "0123456789abcdef" if digit != document[field][place]])
        document[field] = document[field][:place] + digit + document[field][place + 1 :]
    export.checkpoints[name] = json.dumps(document)


def rewrite_all(export: Export, rng: random.Random) -> None:
    """Another history from some entry on, all hashes right, all checkpoints signed anew with the intruder's own key."""
    start = rng.randrange(len(export.lines))
    for position in range(start, len(export.lines)):
        export.lines[position] = export.lines[position].replace(b"system:tests", b"system:other")
    export.rehash(range(start, len(export.lines)))
    _sign_anew(export, Ed25519PrivateKey.generate())


def rewrite_with_stolen_key(export: Export, rng: random.Random, key: Ed25519PrivateKey) -> None:
    """As `rewrite_all`, with the true key: only checkpoints kept elsewhere can tell."""
    position = rng.randrange(len(export.lines))
    export.lines[position] = export.lines[position].replace(b"system:tests", b"system:other")
    export.rehash([position])
    _sign_anew(export, key)


def _sign_anew(export: Export, key: Ed25519PrivateKey) -> None:
    for name, text in export.checkpoints.items():
        old = SignedRoot.from_json(text, name)
        root = Frontier().extended(export.leaves[: old.tree_size]).root()
        new = SignedRoot(old.tree_size, root, old.signed_at, key_id_of(key.public_key()), b"")
        signature = key.sign(new.signed_bytes())
        export.checkpoints[name] = SignedRoot(*list(vars(new).values())[:4], signature).to_json()


def ways(key: Ed25519PrivateKey) -> dict[str, Callable[[Export, random.Random], None]]:
    """Every way to tamper, by name."""
    return {
        "edit": edit_entry,
        "flip bit": flip_bit,
        "flip leaf bit": flip_leaf_bit,
        "delete": delete_entry,
        "insert": insert_entry,
        "repeat": repeat_entry,
        "swap": swap_entries,
        "truncate": truncate,
        "roll back": roll_back,
        "edit checkpoint": edit_checkpoint,
        "rewrite all": rewrite_all,
        "rewrite, stolen key": lambda export, rng: rewrite_with_stolen_key(export, rng, key),
    }
