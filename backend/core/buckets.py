"""Token buckets in Redis: counted at once for all processes, asked for together, and opened when Redis is away."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from redis.exceptions import NoScriptError, RedisError

from backend.core.live import redis

REDIS_DEADLINE_MS = 50
"""A limit that is slower than the request it guards does more harm than a minute without it."""
CIRCUIT_OPEN_S = 1.0
"""How long nobody asks Redis again after it failed; then one request tries for all."""
BATCH_MAX = 256
LEASES_MOST = 4096
"""Subjects with tokens in hand, 200 bytes each; whoever is forgotten loses the few."""

# GCRA, the token bucket that needs one number a key: the moment at which the bucket will be full again. All buckets
# pass or none pays. KEYS: one a bucket, in one hash slot. ARGV: threes of microseconds a token, burst, tokens wanted.
# Answers allowed, then remaining and wait in microseconds for each bucket.
BUCKETS_LUA = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local full, allowed, answer = {}, 1, {1}
for i, key in ipairs(KEYS) do
  local token, burst, wanted = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local at = math.max(tonumber(redis.call('GET', key) or 0), now) + wanted * token
  local over = at - now - burst * token
  full[i] = at
  if over > 0 then allowed = 0 end
  answer[#answer + 1] = math.max(0, math.floor(-over / token))
  answer[#answer + 1] = math.max(0, over)
end
if allowed == 1 then
  for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.0f', full[i]), 'PX', math.ceil((full[i] - now) / 1000) + 1)
  end
end
answer[1] = allowed
return answer
"""


class Circuit:
    """Remembers that Redis failed, so that the next second's requests don't each wait for their own failure."""

    def __init__(self) -> None:
        self._closed_again_at = 0.0
        self._trying_since: float | None = None

    def lets_through(self) -> bool:
        """When the second is over, lets one caller through to try and keeps the others out for another."""
        now = time.monotonic()
        if now < self._closed_again_at:
            return False
        if self._closed_again_at:
            self._closed_again_at = now + CIRCUIT_OPEN_S
        if self._trying_since is None:
            self._trying_since = now
        return True

    def failed(self) -> None:
        self._closed_again_at = time.monotonic() + CIRCUIT_OPEN_S

    def timed_out(self, after_s: float) -> None:
        """A timer that rang late says that this process is overloaded, not that Redis is slow.

        Opening then would take the limits away from exactly the flood that they are for.
        """
        rang_late = after_s > 2 * REDIS_DEADLINE_MS / 1000
        nothing_for_s = time.monotonic() - (self._trying_since or time.monotonic())
        if not rang_late or nothing_for_s > CIRCUIT_OPEN_S:
            self.failed()

    def worked(self) -> None:
        self._closed_again_at = 0.0
        self._trying_since = None


Asked = tuple[Sequence[str], Sequence[int], asyncio.Future[list[int] | None]]


class Buckets:
    """What requests ask for while one question is under way is sent as the next, in one pipeline.

    redis-py spends some 100 µs of processor time on a round trip and a quarter of that on each call of a pipeline:
    alone a limit costs half as much as the read that it guards, under load an eighth.
    """

    def __init__(self) -> None:
        self.circuit = Circuit()
        self._waiting: list[Asked] = []
        self._sender: asyncio.Task[None] | None = None
        self._script_sha: str | None = None

    async def take(self, keys: Sequence[str], numbers: Sequence[int]) -> list[int] | None:
        """BUCKETS_LUA's answer for these keys; None when Redis didn't answer in time and everybody may pass."""
        if not self.circuit.lets_through():
            return None
        asked: Asked = (keys, numbers, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send_waiting())
        return await asked[2]

    async def stop(self) -> None:
        """Before the client is closed: a question under way would connect anew behind it. Whoever waits may pass."""
        if self._sender is not None and not self._sender.done():
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)
        for _, _, future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting = []

    async def _send_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
            answers: Sequence[list[int] | None] = [None] * len(batch)
            try:
                answers = await self._ask(batch)
            finally:
                # Whatever happened, nobody is left waiting.
                for (_, _, future), answer in zip(batch, answers, strict=True):
                    if not future.done():
                        future.set_result(answer)

    async def _ask(self, batch: Sequence[Asked]) -> Sequence[list[int] | None]:
        began = time.monotonic()
        try:
            async with asyncio.timeout(REDIS_DEADLINE_MS / 1000):
                answers = await self._run_script(batch)
        except TimeoutError:
            self.circuit.timed_out(time.monotonic() - began)
            return [None] * len(batch)
        except (RedisError, OSError):
            self.circuit.failed()
            return [None] * len(batch)
        if any(isinstance(answer, Exception) for answer in answers):
            self.circuit.failed()
        else:
            self.circuit.worked()
        return [None if isinstance(answer, Exception) else answer for answer in answers]

    async def _run_script(self, batch: Sequence[Asked]) -> list[Any]:
        if self._script_sha is None:
            self._script_sha = await redis().script_load(BUCKETS_LUA)
        answers = await self._pipeline(batch, self._script_sha)
        if any(isinstance(answer, NoScriptError) for answer in answers):
            # A restarted Redis has forgotten its scripts. It knew none, so nobody has paid yet.
            self._script_sha = await redis().script_load(BUCKETS_LUA)
            answers = await self._pipeline(batch, self._script_sha)
        return answers

    async def _pipeline(self, batch: Sequence[Asked], sha: str) -> list[Any]:
        pipeline = redis().pipeline(transaction=False)
        for keys, numbers, _ in batch:
            pipeline.evalsha(sha, len(keys), *keys, *numbers)
        return await pipeline.execute(raise_on_error=False)


class Leases:
    """Tokens that this process has paid for in Redis and not used yet, by bucket.

    A page shows sixty pictures, an estate opens an urgent notice behind one address: asking for each of them costs more
    than it guards. Every token is paid before it is used, so never more pass than the limit says; as many fewer may as
    the other processes hold.
    """

    def __init__(self) -> None:
        self._held: dict[str, tuple[int, int]] = {}

    def spend(self, key: str) -> int | None:
        """What is left of the bucket, those held here included; None when none is held."""
        found = self._held.pop(key, None)
        if found is None:
            return None
        tokens, left = found
        if tokens > 1:
            self._held[key] = (tokens - 1, left)
        return left + tokens - 1

    def keep(self, key: str, tokens: int, left: int) -> None:
        """`left`: what the bucket itself still has."""
        held, _ = self._held.pop(key, (0, 0))
        if len(self._held) >= LEASES_MOST:
            del self._held[next(iter(self._held))]
        self._held[key] = (held + tokens, left)


BUCKETS = Buckets()
LEASES = Leases()
