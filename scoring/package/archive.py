"""Named parts as one deterministic byte string: a ZIP with nothing in it that differs between two writings. Pure."""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence

import msgspec

from scoring.package.errors import BrokenPackageError

MANIFEST = "manifest.json"
LARGEST_PACKAGE = 64 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)


def archive_write(parts: Mapping[str, bytes]) -> bytes:
    """Parts in order of name, stored without compression or dates, behind a manifest of their SHA-256."""
    manifest = {name: hashlib.sha256(part).hexdigest() for name, part in sorted(parts.items())}
    return _zip({MANIFEST: msgspec.json.encode(manifest, order="sorted"), **dict(sorted(parts.items()))})


def archive_read(data: bytes, names: frozenset[str], *, one_of: frozenset[str] = frozenset()) -> dict[str, bytes]:
    """The parts, which must be exactly `names` and, where given, a single one of `one_of`.

    Raises BrokenPackageError unless every byte is as written.
    """
    if len(data) > LARGEST_PACKAGE:
        raise BrokenPackageError("A model package has at most 64 MB.", size=len(data))
    parts = _unzip(data, [names | {MANIFEST, one} for one in sorted(one_of)] or [names | {MANIFEST}])
    del parts[MANIFEST]
    # Writing it again must give the same bytes: nothing hides between, before or after the parts.
    if archive_write(parts) != data:
        raise BrokenPackageError("The package's parts do not match its manifest, or bytes were added.")
    return parts


def _zip(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, part)
    return target.getvalue()


def _unzip(data: bytes, allowed: Sequence[frozenset[str]]) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            found = sorted(entry.filename for entry in entries)
            # Stored entries cannot unpack to more than the file itself holds.
            is_stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
            if (
                found not in [sorted(names) for names in allowed]
                or not is_stored
                or sum(entry.file_size for entry in entries) > len(data)
            ):
                raise BrokenPackageError("This is not a model package.", parts=found[:20])
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise BrokenPackageError("This is not a model package.", reason=type(error).__name__) from error
