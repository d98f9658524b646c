"""Sealed text opens in its own cell alone, with a key of this ring; look-ups and signatures are keyed."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import crypto
from backend.core.crypto import KeyRing, SealBroken, lookup_hmac, seal, seal_bytes, sign, unseal, unseal_bytes

pytestmark = pytest.mark.usefixtures("database")
CELL = "person.id_number:1"


@given(st.text(max_size=200))
def test_what_is_sealed_opens_again(text: str) -> None:
    clean = text.encode("utf-8", "ignore").decode()
    sealed = seal(clean, bound_to=CELL)
    assert unseal(sealed, bound_to=CELL) == clean
    assert len(clean) < 3 or clean not in sealed


def test_the_same_text_is_never_sealed_alike() -> None:
    assert seal("王秀英", bound_to=CELL) != seal("王秀英", bound_to=CELL)


def test_a_cell_moved_to_another_row_does_not_open() -> None:
    sealed = seal("330106197802030071", bound_to=CELL)
    for elsewhere in ("person.id_number:2", "person.real_name:1", ""):
        with pytest.raises(SealBroken):
            unseal(sealed, bound_to=elsewhere)


def test_every_changed_byte_is_noticed() -> None:
    sealed = seal_bytes(b"evidence", bound_to=CELL)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            unseal_bytes(bytes(changed), bound_to=CELL)
    for short in range(len(sealed)):
        with pytest.raises(SealBroken):
            unseal_bytes(sealed[:short], bound_to=CELL)


@pytest.mark.parametrize("text", ["", "k1.", "k9.AAAA", "no seal", "k1.AAAA", "k1.!!!!", "k1.A", "壹.AAAA"])
def test_what_is_no_seal_is_broken(text: str) -> None:
    with pytest.raises(SealBroken):
        unseal(text, bound_to=CELL)


def test_old_seals_open_after_the_keys_turned() -> None:
    path = crypto.settings().key_ring_path
    kept = path.read_bytes() if path.exists() else None
    old = seal("王秀英", bound_to=CELL)
    before = lookup_hmac("id_number", "1")
    try:
        key_id = crypto.rotate_ring(path)
        crypto.ring.cache_clear()
        fresh = seal("王秀英", bound_to=CELL)
        assert fresh.startswith(f"{key_id}.") and not old.startswith(f"{key_id}.")
        assert unseal(old, bound_to=CELL) == unseal(fresh, bound_to=CELL) == "王秀英"
        # One national ID stays one person over every turn of the keys.
        assert lookup_hmac("id_number", "1") == before
    finally:
        if kept is not None:
            path.write_bytes(kept)
        crypto.ring.cache_clear()


def test_kinds_and_purposes_keep_apart() -> None:
    assert lookup_hmac("phone", "1") != lookup_hmac("id_number", "1")
    assert sign("cursor", b"1") != sign("access_token", b"1")
    assert len(lookup_hmac("phone", "1")) == len(sign("cursor", b"1")) == 32


def test_a_ring_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ring.json"
    crypto.make_ring(path)
    first = path.read_bytes()
    crypto.make_ring(path)
    assert path.read_bytes() == first and path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [it.name for it in path.parent.iterdir()] == ["ring.json"]
    ring = msgspec.json.decode(first, type=KeyRing)
    assert len({ring.lookup, ring.signing, *ring.sealing.values()}) == 3
