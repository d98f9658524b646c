"""Text messages: an HTTP provider when `LINLI_SMS_URL` is set, else none is sent and the operator is told."""

import httpx

from backend.core.logs import get_logger
from backend.settings import settings

log = get_logger(__name__)

TIMEOUT_S = 5.0
"""A person waits for the code; a provider slower than this is asked again by the queue."""


async def send(e164: str, text: str) -> None:
    """Raises httpx.HTTPError when the provider is away or refuses; the queue tries again.

    POST {to, text} as JSON with `Authorization: Bearer`; any 2xx is taken for sent.
    """
    if settings().sms_url is None:
        log.warning("sms.no_provider")
        return
    headers = {"Authorization": f"Bearer {settings().sms_token}"} if settings().sms_token else {}
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
        answer = await client.post(settings().sms_url or "", json={"to": e164, "text": text}, headers=headers)
        answer.raise_for_status()
