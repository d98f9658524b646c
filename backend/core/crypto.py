"""Sealing, look-up and signing. The keys live in one file outside the database and its backups.

Sealed text is `key id . base64url(nonce + AES-256-GCM ciphertext)`. What it is bound to (table, row, column)
is authenticated with it: a cell that is moved to another row does not open.
"""

import base64
import hashlib
import hmac
import os
from functools import cache, lru_cache
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.settings import settings

NONCE_BYTES = 12
KEY_BYTES = 32
PRIVATE_FILE_MODE = 0o600
PURPOSES_MOST = 64
"""A handful of purposes; a key each is drawn once."""
P256_ORDER = 0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551
"""How many points the curve has (FIPS 186-5); private keys are the numbers below it."""


class SealBroken(Exception):
    """The text was changed, moved to another row, or sealed with a key that this ring doesn't hold."""


class KeyRing(msgspec.Struct):
    """Keys by id, base64. `lookup` never rotates: it makes one national ID one person for ever."""

    active: str
    sealing: dict[str, str]
    lookup: str
    signing: str


def seal(plaintext: str | bytes, *, bound_to: str) -> str:
    """`bound_to` names the cell, such as `person.id_number:<uuid>`; the same words open it."""
    data = plaintext.encode() if isinstance(plaintext, str) else plaintext
    key_id, sealed = _encrypt(data, bound_to)
    return f"{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"


def unseal(sealed: str, *, bound_to: str) -> str:
    """Raises SealBroken."""
    key_id, _, text = sealed.partition(".")
    try:
        body = base64.urlsafe_b64decode(text)
    except ValueError as broken:
        raise SealBroken("this is no sealed text") from broken
    return _decrypt(key_id, body, bound_to).decode()


def seal_bytes(data: bytes, *, bound_to: str) -> bytes:
    """As `seal`, for files: the key id's length, the key id, nonce and ciphertext."""
    key_id, sealed = _encrypt(data, bound_to)
    return bytes([len(key_id)]) + key_id.encode() + sealed


def unseal_bytes(sealed: bytes, *, bound_to: str) -> bytes:
    """Raises SealBroken."""
    if not sealed:
        raise SealBroken("there is nothing to open")
    end = 1 + sealed[0]
    return _decrypt(sealed[1:end].decode("ascii", "replace"), sealed[end:], bound_to)


def lookup_hmac(kind: str, value: str) -> bytes:
    """32 bytes that find a secret again without holding it; a plain hash of an ID number is guessed in seconds."""
    return hmac.digest(_key(ring().lookup), f"{kind}\0{value}".encode(), hashlib.sha256)


def sign(purpose: str, data: bytes) -> bytes:
    """32 bytes over data, for one purpose only: a cursor's signature never passes for a token's."""
    return hmac.digest(signing_key(purpose), data, hashlib.sha256)


def signing_key(purpose: str) -> bytes:
    return _drawn(ring().signing, purpose)


@lru_cache(maxsize=PURPOSES_MOST)
def _drawn(secret: str, purpose: str) -> bytes:
    return hmac.digest(_key(secret), purpose.encode(), hashlib.sha256)


def p256_key(purpose: str) -> ec.EllipticCurvePrivateKey:
    """The same key pair for the same purpose wherever this ring is: nothing to store, nothing to agree upon."""
    # Twice the curve's length: what remains after the division is even to one part in 2^256.
    drawn = int.from_bytes(signing_key(f"{purpose}.1") + signing_key(f"{purpose}.2"))
    return ec.derive_private_key(drawn % (P256_ORDER - 1) + 1, ec.SECP256R1())


def constant_time_equal(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(one, other)


@cache
def ring() -> KeyRing:
    """The process's keys; made on first use of a new home, readable by its owner alone."""
    path = settings().key_ring_path
    if not path.exists():
        make_ring(path)
    return msgspec.json.decode(path.read_bytes(), type=KeyRing)


def make_ring(path: Path) -> None:
    """Writes a fresh ring unless another process was quicker. Never replaces one: what it sealed would be lost."""
    fresh = KeyRing(active="k1", sealing={"k1": _fresh_key()}, lookup=_fresh_key(), signing=_fresh_key())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    _write_private(draft, fresh)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def rotate_ring(path: Path) -> str:
    """Adds a sealing key and makes it the active one; old texts still open. Restart the processes after it."""
    current = msgspec.json.decode(path.read_bytes(), type=KeyRing)
    key_id = f"k{len(current.sealing) + 1}"
    current.sealing[key_id] = _fresh_key()
    current.active = key_id
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    _write_private(draft, current)
    draft.replace(path)
    return key_id


def _encrypt(data: bytes, bound_to: str) -> tuple[str, bytes]:
    keys = ring()
    nonce = os.urandom(NONCE_BYTES)
    return keys.active, nonce + AESGCM(_key(keys.sealing[keys.active])).encrypt(nonce, data, bound_to.encode())


def _decrypt(key_id: str, body: bytes, bound_to: str) -> bytes:
    key = ring().sealing.get(key_id)
    if key is None:
        raise SealBroken(f"the key ring has no key {key_id!r}")
    try:
        return AESGCM(_key(key)).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError) as broken:
        raise SealBroken("the sealed text was changed or moved") from broken


def _key(text: str) -> bytes:
    return base64.b64decode(text)


def _fresh_key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _write_private(path: Path, keys: KeyRing) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE_MODE), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(keys)))
        file.flush()
        os.fsync(file.fileno())
