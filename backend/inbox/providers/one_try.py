"""A POST that is tried once: a push sent twice rings twice, so only the caller may decide to send again.

No retries, no redirects, no connection kept idle (one that the other end has just closed looks like a lost answer).
A proxy in HTTPS_PROXY is used and a CA in SSL_CERT_FILE believed.
"""

import asyncio
import os
import ssl
from functools import cache

import httpx

BEGIN_MOST_S = 3.0
"""Whoever found no free place by then was not sent, and may be later."""
CONNECT_MOST_S = 5.0
"""Shorter than an answer's time: what never connected was certainly not sent."""
ANSWER_MOST_S = 10.0
CALL_MOST_S = BEGIN_MOST_S + ANSWER_MOST_S
"""A whole batch's, since all of it waits at the same time."""
AT_ONCE = 200
"""Two HTTP/2 connections' worth of what vendors let through one."""


class NotSent(Exception):
    """Nothing of it left the house."""


class NoAnswer(Exception):
    """It left; whether it arrived nobody can say."""


class OneTry:
    """Made once and kept; it holds no connection while nothing is under way."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(
            http2=True,
            verify=_trusted(os.environ.get("SSL_CERT_FILE")),
            follow_redirects=False,
            timeout=httpx.Timeout(ANSWER_MOST_S, connect=CONNECT_MOST_S),
            limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=0),
        )
        self._places = asyncio.Semaphore(AT_ONCE)

    async def post(self, url: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        """The answer, whatever its status. Raises NotSent or NoAnswer."""
        try:
            async with asyncio.timeout(BEGIN_MOST_S):
                await self._places.acquire()
        except TimeoutError:
            raise NotSent("no free place") from None
        try:
            async with asyncio.timeout(ANSWER_MOST_S):
                return await self._client.post(url, content=content, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise NotSent(type(error).__name__) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise NoAnswer(type(error).__name__) from error
        finally:
            self._places.release()


@cache
def _trusted(authority: str | None) -> ssl.SSLContext:
    """The CAs that httpx believes, read once for each `authority`: that takes longer than a push."""
    return httpx.create_ssl_context()
