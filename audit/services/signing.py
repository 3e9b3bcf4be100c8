"""The key that signs checkpoints: from the environment, or made once under VAR_DIR/keys, mode 0600."""

import base64
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_NAME = "audit_signing.pem"
PUBLIC_NAME = "audit_signing.pub.pem"


def signing_key() -> Ed25519PrivateKey:
    """The private key: AUDIT_SIGNING_KEY (32 bytes, base64) where set, else the file, made on first use."""
    from_environment = settings.ENV.audit_signing_key
    if from_environment:
        return _from_base64(from_environment)
    path = keys_folder() / KEY_NAME
    if not path.exists():
        _create(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{path} is not an Ed25519 key.")
    return key


def public_key_export() -> Path:
    """Write the public key, for auditors to keep, and return its place."""
    path = keys_folder() / PUBLIC_NAME
    text = public_pem(signing_key().public_key())
    if not path.exists() or path.read_bytes() != text:
        write_whole(path, text)
    return path


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key as the verifier's `--key` reads it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def keys_folder() -> Path:
    """VAR_DIR/keys, made if absent, open to its owner alone."""
    folder = Path(settings.VAR_DIR) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    draft = _draft(path, content, 0o644)
    draft.replace(path)


def _create(path: Path) -> None:
    """Of two processes that come first at once, one makes the key and both use it: a link never replaces."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = _draft(path, pem, 0o600)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _draft(path: Path, content: bytes, mode: int) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


@lru_cache(maxsize=2)
def _from_base64(text: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except ValueError:
        raise ImproperlyConfigured("AUDIT_SIGNING_KEY must be 32 bytes in base64.") from None
