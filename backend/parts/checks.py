"""What `linli doctor` asks each part. A check returns a short fact, or raises Trouble with the remedy."""

import asyncio
import os
import secrets
from datetime import date
from urllib.parse import urlsplit

import asyncpg
import httpx
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url
from redis.asyncio import Redis
from redis.exceptions import RedisError

from backend.notices.poster.content import Poster
from backend.notices.poster.errors import FontMissing, PosterFailed
from backend.notices.poster.printing import font_folder, print_poster
from backend.parts import web as web_client
from backend.parts.keys import refuse_unusable_keys
from backend.parts.programs import readiness
from backend.parts.trouble import Trouble
from backend.settings import Settings

POSTGRES_MIN = 15
REDIS_MIN = 7
TIMEOUT_S = 5.0
SAMPLE_POSTER = Poster(
    title="试印",
    paragraphs="邻里",
    organisation="邻里",
    community="邻里",
    published_on=date(2026, 1, 1),
    ends_on=date(2026, 1, 15),
    reference="1",
    priority="normal",
    url="https://linli.example.cn",
)
# Off, each of these loses acknowledged writes in a power cut.
DURABLE_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


async def running(chosen: Settings) -> str:
    answer = readiness(chosen.host, chosen.port)
    if answer is None:
        raise Trouble(
            f"linli 在运行,但端口 {chosen.port} 没有回答;日志在 {chosen.home / 'log'}。",
            f"linli runs, yet nothing answers on port {chosen.port}; the logs are in {chosen.home / 'log'}.",
        )
    if answer.state != "ready":
        down = ", ".join(part for part, state in answer.parts.items() if state != "up")
        raise Trouble(
            f"linli 在运行,但以下部分不可用:{down};日志在 {chosen.home / 'log'}。",
            f"linli runs without: {down}; the logs are in {chosen.home / 'log'}.",
        )
    return f"运行中,端口 {chosen.port} · running and ready"


async def keys(chosen: Settings) -> str:
    refuse_unusable_keys(chosen)
    return str(chosen.key_ring_path) if chosen.key_ring_path.exists() else "首次启动时生成 · made at the first start"


async def database(chosen: Settings) -> str:
    if _not_made_yet(chosen):
        return "首次启动时建立 · made at the first start"
    connection = await _connect(chosen)
    try:
        return await _database_facts(connection)
    finally:
        await connection.close()


async def jobs(chosen: Settings) -> str:
    """A job that failed too often waits for a person; nothing else waits for ever."""
    held = 0 if _not_made_yet(chosen) else await _held_jobs(chosen)
    if held:
        raise Trouble(
            f"有 {held} 个后台任务多次失败后被搁置;请在日志中查找 job.failed。",
            f"{held} jobs failed too often and are held: look for job.failed in the worker's log.",
        )
    return "没有搁置的任务 · none held"


async def redis(chosen: Settings) -> str:
    client: Redis = Redis.from_url(chosen.redis_dsn, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
    try:
        facts = await client.info("server")
    except (RedisError, OSError, ValueError) as error:
        raise Trouble(
            f"无法连接 Redis/Valkey:{error}。请检查 LINLI_REDIS_URL 或日志。",
            f"Redis or Valkey cannot be reached: {error}. Check LINLI_REDIS_URL, or the log.",
        ) from None
    finally:
        await client.aclose()
    version = str(facts.get("valkey_version") or facts["redis_version"])
    if int(version.split(".", 1)[0]) < REDIS_MIN:
        raise Trouble(f"Redis {version} 太旧,需要 7 或更新版本。", f"Redis {version} is too old: 7 or newer is needed.")
    return f"{'Valkey' if 'valkey_version' in facts else 'Redis'} {version}"


async def storage(chosen: Settings) -> str:
    """Writes, reads and removes a small object, as uploads will."""
    name, content = f"doctor/{secrets.token_hex(8)}", os.urandom(64)
    where = _named(chosen.storage_url) if chosen.storage_url else str((chosen.home / "media").absolute())
    try:
        store = from_url(chosen.storage_url) if chosen.storage_url else LocalStore(where, mkdir=True)
        await asyncio.wait_for(store.put_async(name, content), TIMEOUT_S)
        answer = await asyncio.wait_for(store.get_async(name), TIMEOUT_S)
        same = bytes(await answer.bytes_async()) == content
        await asyncio.wait_for(store.delete_async(name), TIMEOUT_S)
    except (BaseError, OSError, TimeoutError, ValueError) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Trouble(
            f"无法写入文件存储 {where}:{why}。请检查 LINLI_STORAGE_URL 与权限。",
            f"The storage {where} cannot be used: {why}. Check LINLI_STORAGE_URL and its permissions.",
        ) from None
    if not same:
        raise Trouble(f"文件存储 {where} 读回的内容不同。", f"The storage {where} gives back other bytes than it took.")
    return where


async def web(_chosen: Settings) -> str:
    problem = web_client.build_problem()
    if problem is not None:
        raise problem
    return "web/dist"


async def posters(chosen: Settings) -> str:
    """Prints one, as somebody at the desk will."""
    try:
        folder = font_folder(chosen)
        await print_poster(SAMPLE_POSTER, folder)
    except FontMissing:
        raise Trouble(
            "没有中文字体,无法生成海报;请运行 bin/run,或让 LINLI_FONT_FOLDER 指向 Noto Sans CJK SC 所在的文件夹。",
            "No Chinese font, so no poster can be made: use bin/run, or point LINLI_FONT_FOLDER at a folder with "
            "Noto Sans CJK SC.",
        ) from None
    except PosterFailed:
        raise Trouble(
            "海报无法生成;请确认机器有 500 MB 空闲内存,并运行 bin/run 重新安装依赖。",
            "No poster can be made: see that 500 MB of memory is free, and use bin/run to install the packages again.",
        ) from None
    return str(folder)


async def sms(chosen: Settings) -> str:
    if chosen.sms_url is None and not chosen.demo:
        raise Trouble(
            "没有短信服务,居民收不到验证码;请设置 LINLI_SMS_URL(或用 LINLI_DEMO=1 试用)。",
            "No text message service, so nobody gets a sign-in code: set LINLI_SMS_URL, or LINLI_DEMO=1 to try things.",
        )
    return _named(chosen.sms_url) if chosen.sms_url else "演示模式 · demo mode shows the codes"


async def search(chosen: Settings) -> str:
    if chosen.meilisearch_url is None:
        return "PostgreSQL"
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
            answer = await client.get(f"{chosen.meilisearch_url.rstrip('/')}/health")
            answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Trouble(
            f"无法连接 Meilisearch:{error}。请检查 LINLI_MEILISEARCH_URL。",
            f"Meilisearch cannot be reached: {error}. Check LINLI_MEILISEARCH_URL.",
        ) from None
    return _named(chosen.meilisearch_url)


async def push(chosen: Settings) -> str:
    credentials = chosen.fcm_credentials
    if credentials is None:
        return "应用内与网页推送,未设置 FCM · inside the app and by Web Push, no FCM"
    if not os.access(credentials, os.R_OK):
        raise Trouble(
            f"无法读取 {credentials};请检查 LINLI_FCM_CREDENTIALS。",
            f"{credentials} cannot be read: check LINLI_FCM_CREDENTIALS.",
        )
    return str(credentials)


def _named(url: str) -> str:
    """Without the password that may stand before the host, or the key behind the path: this goes to a terminal."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _not_made_yet(chosen: Settings) -> bool:
    return not chosen.database_url and not (chosen.home / "pg").exists()


async def _connect(chosen: Settings) -> asyncpg.Connection:
    try:
        # tidy: allow connecting, because it asks whether one can connect
        return await asyncpg.connect(chosen.dsn, timeout=TIMEOUT_S, command_timeout=TIMEOUT_S)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Trouble(
            f"无法连接 PostgreSQL:{error}。请检查 LINLI_DATABASE_URL 或日志。",
            f"PostgreSQL cannot be reached: {error}. Check LINLI_DATABASE_URL, or the log.",
        ) from None


async def _database_facts(connection: asyncpg.Connection) -> str:
    version = connection.get_server_version()
    if version.major < POSTGRES_MIN:
        raise Trouble(
            f"PostgreSQL {version.major} 太旧,需要 {POSTGRES_MIN} 或更新版本。",
            f"PostgreSQL {version.major} is too old: {POSTGRES_MIN} or newer is needed.",
        )
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise Trouble(
            f"数据库编码是 {encoding},需要 UTF8。", f"The database's encoding is {encoding}: make one in UTF8."
        )
    off = [name for name in DURABLE_SETTINGS if await connection.fetchval(f"SHOW {name}") == "off"]
    if off:
        names = ", ".join(off)
        raise Trouble(
            f"{names} 已关闭,断电会丢失数据,请打开。", f"{names} is off, a power cut loses data: switch it on."
        )
    return f"PostgreSQL {await connection.fetchval('SHOW server_version')}"


async def _held_jobs(chosen: Settings) -> int:
    connection = await _connect(chosen)
    try:
        if await connection.fetchval("SELECT to_regclass('pgqueuer')") is None:
            return 0
        return int(await connection.fetchval("SELECT count(*) FROM pgqueuer WHERE status = 'failed'"))
    finally:
        await connection.close()
