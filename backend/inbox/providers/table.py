"""The vendors. The worker imports this, and nobody else: each brings a library of some megabytes."""

from backend.inbox.providers import Provider
from backend.inbox.providers.fcm import Fcm
from backend.inbox.providers.log import Log
from backend.inbox.providers.web_push import WebPush

PROVIDERS = (Fcm, WebPush, Log)


def make_providers() -> list[Provider]:
    """One of each that is set up here."""
    return [provider for make in PROVIDERS if (provider := make.from_settings()) is not None]
