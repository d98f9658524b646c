"""Where a browser's subscription may point to. It is a URL that a client names and this house calls: without a list
of hosts anybody could have it knock on doors inside its own network."""

from ipaddress import ip_address

import httpx

from backend.settings import settings

BROWSERS_SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)


def is_push_service(endpoint: str) -> bool:
    """Read by the parser that will also send: two parsers disagree where an attacker wants them to."""
    try:
        url = httpx.URL(endpoint)
        # As it goes to the resolver: `host` would decode xn--…, and stumble over what is none.
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        return False
    if url.userinfo or not endpoint.isascii():
        return False
    added = tuple(name for word in settings().web_push_hosts.split(",") if (name := word.strip().lower()))
    if host in added and _is_loopback(host):
        return url.scheme in ("http", "https")
    return url.scheme == "https" and url.port is None and any(_fits(host, it) for it in BROWSERS_SERVICES + added)


def _fits(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
