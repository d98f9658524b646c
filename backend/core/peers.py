"""Who is at the other end of a connection: the address that limits count and logs group by."""

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from backend.settings import settings

IPV6_SUBJECT_BITS = 64
"""One household or phone holds at least a /64; counting single IPv6 addresses counts nothing."""
UNKNOWN = "unknown"
FORWARDED_MAX_HOPS = 8


def client_subject(scope: Mapping[str, Any]) -> str:
    """The IPv4 address, or the IPv6 /64, that a limit is counted for."""
    return _subject(client_address(scope))


def client_address(scope: Mapping[str, Any]) -> str:
    """The peer; or, when the peer is one of LINLI_TRUSTED_PROXIES, the nearest untrusted hop that it names.

    The word `unix` among the trusted proxies stands for a peer on a unix socket. Reading X-Forwarded-For from
    the right and only behind a trusted peer is what keeps a caller from choosing their own address.
    """
    client = scope.get("client")
    peer = client[0] if client else "unix"
    trusted = settings().trusted_proxies
    if not trusted or not _trusts(trusted, peer):
        return peer if client else UNKNOWN
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    hops = [hop.strip() for hop in forwarded.decode("latin-1").split(",") if hop.strip()]
    for hop in reversed(hops[-FORWARDED_MAX_HOPS:]):
        if not _is_address(hop):
            break
        if not _trusts(trusted, hop):
            return hop
    return peer if client else UNKNOWN


def is_loopback(scope: Mapping[str, Any]) -> bool:
    """Whether the request came from this machine and through no proxy that names somebody else."""
    if any(name in (b"x-forwarded-for", b"forwarded") for name, _ in scope["headers"]):
        return False
    address = client_address(scope)
    return _is_address(address) and ip_address(address).is_loopback


@lru_cache(maxsize=4096)
def _subject(address: str) -> str:
    if not _is_address(address):
        return UNKNOWN
    parsed = ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), IPV6_SUBJECT_BITS), strict=False))


@lru_cache(maxsize=4096)
def _trusts(trusted: str, peer: str) -> bool:
    for entry in (part.strip() for part in trusted.split(",")):
        if entry == peer:
            return True
        if _is_address(peer) and "/" in entry and ip_address(peer) in ip_network(entry, strict=False):
            return True
    return False


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
