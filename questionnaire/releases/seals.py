"""Publishers' seals: ed25519 signatures over a release's manifest or over a bundle, and the keys that make them.

Only `cryptography` computes here. It is loaded where a key is set, so that other sites do not wait for it.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from .disk import content
from .manifest import ReleaseError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

RELEASE, BUNDLE = b"options-guide release\n", b"options-guide bundle\n"
"""What is sealed stands before its bytes, so that a seal of the one never holds for the other."""
MOST_BYTES = 4096
"""Of a seal or of a file with a key."""


def make_key(path: Path) -> str:
    """Write a new private key (PEM, readable by its owner alone) and give its public key. Raises ReleaseError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.generate()
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise ReleaseError(f"the key {path} can't be written ({fault.strerror})") from None
    return _public(key)


def public_key(path: Path) -> str:
    """The public key of a private one, as the setting release-public-keys has it. Raises ReleaseError."""
    return _public(_private(path))


def seal(path: Path, what: bytes, data: bytes) -> bytes:
    """The seal over some bytes by the private key in a file: its public key and the signature, in one line.

    `what` is RELEASE or BUNDLE. Raises ReleaseError where the key can't be used.
    """
    key = _private(path)
    return f"{_public(key)} {base64.b64encode(key.sign(what + data)).decode()}\n".encode()


def check_seal(line: bytes, what: bytes, data: bytes, trusted: Collection[str]) -> None:
    """Raises ReleaseError where a line is no seal over these bytes by one of the public keys that are `trusted`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key, signature = line.decode("ascii").removesuffix("\n").split(" ")
        signed = base64.b64decode(signature, validate=True)
    except ValueError:
        raise ReleaseError("its publisher's seal is damaged") from None
    if key not in trusted:
        raise ReleaseError("its publisher's seal is of a key that is not trusted here")
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(signed, what + data)
    except (InvalidSignature, ValueError):
        raise ReleaseError("its publisher's seal is not of this content") from None


def _private(path: Path) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(content(path, MOST_BYTES), password=None)
    except OSError as fault:
        raise ReleaseError(f"the key {path} can't be read ({fault.strerror})") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ReleaseError(f"{path} holds no ed25519 key without a password; to make one: flask rules release-key FILE")
    return key


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()
