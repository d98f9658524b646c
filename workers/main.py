"""The worker process: runs reactions, schedules and retries from the queue in PostgreSQL."""

import asyncio
import signal
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
import msgspec
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.models import Job, Schedule

from backend.app import DOMAINS, register_domains
from backend.core.clock import now
from backend.core.database import close_pool, execute, open_pool
from backend.core.events import Event, Reaction, registered
from backend.core.ids import new_id
from backend.core.live import close_redis, open_redis
from backend.core.logs import get_logger, set_up_logging
from backend.core.metrics import count_job
from backend.inbox.providers import use
from backend.inbox.providers.table import make_providers
from backend.settings import settings

BEAT_S = 5
HEARTBEAT_TIMEOUT = timedelta(seconds=15)
"""A job whose worker has been silent for this long is taken by another."""
DEQUEUE_TIMEOUT = timedelta(seconds=5)
BATCH_JOBS = 10
MOST_JOBS_AT_ONCE = 20
ATTEMPTS_MOST = 8
"""With doubling waits this reaches past eight minutes; then the job is held for a person to look at."""
RETRY_MOST_WAIT = timedelta(minutes=5)

log = get_logger(__name__)


def main(_words: Sequence[str] = ()) -> None:
    """Runs until SIGTERM or SIGINT; raises when the database goes away, for the supervisor to start it again."""
    asyncio.run(work())


async def work() -> None:
    set_up_logging(settings().log_level)
    register_domains()
    await open_pool()
    await open_redis()
    # Its own connection: the listener must not share one with queries that may wait.
    # tidy: allow connecting, because the queue listens on a connection that nobody else uses
    connection = await asyncpg.connect(settings().dsn)
    try:
        queuer = make_queuer(connection)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, queuer.shutdown.set)
        await _run_until_shutdown(queuer)
    finally:
        await connection.close()
        await close_redis()
        await close_pool()


def make_queuer(connection: asyncpg.Connection) -> PgQueuer:
    """Every reaction as an entrypoint of the queue, every schedule of every domain."""
    use(make_providers())
    queuer = PgQueuer(AsyncpgDriver(connection))
    for name, (event, reaction) in registered().items():
        _serve(queuer, name, event, reaction)
    for domain in DOMAINS:
        for expression, functions in domain.schedules.items():
            for function in functions:
                _schedule(queuer, f"{domain.name}.{function.__name__}", expression, function)
    return queuer


def _serve(queuer: PgQueuer, name: str, event: type[Event], reaction: Reaction) -> None:
    async def run(job: Job) -> None:
        try:
            await reaction(msgspec.json.decode(job.payload or b"{}", type=event))
        except Exception as error:
            count_job(name, "failed")
            log.warning("job.failed", entrypoint=name, attempt=job.attempts, error=type(error).__name__)
            raise
        count_job(name, "done")

    queuer.entrypoint(
        name,
        # The default deletes a job that raises; held, it waits for a person.
        on_failure="hold",
        executor_factory=lambda parameters: DatabaseRetryEntrypointExecutor(
            parameters, max_attempts=ATTEMPTS_MOST, max_delay=RETRY_MOST_WAIT
        ),
    )(run)


def _schedule(queuer: PgQueuer, name: str, expression: str, function: object) -> None:
    async def run(_: Schedule) -> None:
        await function()  # type: ignore[operator]
        count_job(name, "done")

    queuer.schedule(name, expression, clean_old=True)(run)


async def _run_until_shutdown(queuer: PgQueuer) -> None:
    beating = asyncio.create_task(_beat(new_id()))
    running = asyncio.create_task(
        queuer.run(
            dequeue_timeout=DEQUEUE_TIMEOUT,
            batch_size=BATCH_JOBS,
            max_concurrent_tasks=MOST_JOBS_AT_ONCE,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            shutdown_on_listener_failure=True,
        )
    )
    try:
        # Whichever ends first ends the process: a worker that cannot beat cannot work either.
        done, _ = await asyncio.wait({beating, running}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        queuer.shutdown.set()
        beating.cancel()
        await asyncio.gather(running, beating, return_exceptions=True)


async def _beat(worker_id: UUID) -> None:
    while True:
        await execute(
            """INSERT INTO worker_beat (id, at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET at = $2""",
            worker_id,
            now(),
        )
        await execute("DELETE FROM worker_beat WHERE at < $1", now() - timedelta(minutes=5))
        await asyncio.sleep(BEAT_S)


if __name__ == "__main__":
    main()
