"""Builds the application; the one list of the domains."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ASGIApp, ControllerRouterHandler

from backend import health, live_socket, web_client
from backend.core import flow, frames
from backend.core.auth import (
    PUBLIC,
    authenticate_with,
    enforce_rule,
    provide_caller,
    recheck_with,
    refuse_undeclared_rules,
    register_roles,
    rule,
)
from backend.core.buckets import BUCKETS
from backend.core.database import close_pool, open_pool
from backend.core.etag import Tagged
from backend.core.events import Event, Reaction, register
from backend.core.frames import Answer, Frame, register_frames
from backend.core.guard import UPLOAD_MAX_BYTES, Guard
from backend.core.holdings import Holding, register_holdings
from backend.core.hub import close_hub, open_hub
from backend.core.hub.feeds import Feed, register_feeds
from backend.core.live import close_redis, open_redis
from backend.core.logs import set_up_logging
from backend.core.metrics import Measured
from backend.core.problems import EXCEPTION_HANDLERS
from backend.core.subjects import Subject, register_subjects
from backend.forum import permissions as forum_permissions
from backend.forum import reactions as forum_reactions
from backend.forum import routes as forum_routes
from backend.forum.queries import documents as forum_documents
from backend.forum.queries import holdings as forum_holdings
from backend.forum.service import subjects as forum_subjects
from backend.identity import access as identity_access
from backend.identity import permissions as identity_permissions
from backend.identity import reactions as identity_reactions
from backend.identity import routes as identity_routes
from backend.identity.queries import documents as identity_documents
from backend.inbox import permissions as inbox_permissions
from backend.inbox import reactions as inbox_reactions
from backend.inbox import routes as inbox_routes
from backend.inbox.queries import changes as inbox_changes
from backend.inbox.queries import holdings as inbox_holdings
from backend.media import permissions as media_permissions
from backend.media import reactions as media_reactions
from backend.media import routes as media_routes
from backend.moderation import permissions as moderation_permissions
from backend.moderation import reactions as moderation_reactions
from backend.moderation import routes as moderation_routes
from backend.moderation.queries import holdings as moderation_holdings
from backend.notices import permissions as notices_permissions
from backend.notices import reactions as notices_reactions
from backend.notices import routes as notices_routes
from backend.notices.queries import documents as notices_documents
from backend.notices.queries import holdings as notices_holdings
from backend.notices.service import subjects as notices_subjects
from backend.settings import settings
from search import permissions as search_permissions
from search import reactions as search_reactions
from search import routes as search_routes
from search.document import Author, register_authors

API = "/api/v1"
UPLOAD_PATHS = frozenset({f"{API}/media", f"{API}/desk/address-imports"})

Schedule = Mapping[str, Sequence[Callable[[], Awaitable[None]]]]


@dataclass(frozen=True)
class Domain:
    """What the house takes from a domain; a domain without such a room leaves the field out."""

    name: str
    routes: Sequence[ControllerRouterHandler] = ()
    roles: Mapping[str, set[str]] = field(default_factory=dict)
    reactions: Mapping[type[Event], Sequence[Reaction]] = field(default_factory=dict)
    schedules: Schedule = field(default_factory=dict)
    feeds: Sequence[Feed] = ()
    frames: Mapping[type[Frame], Answer] = field(default_factory=dict)
    holdings: Mapping[str, Holding] = field(default_factory=dict)
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    authors: Mapping[str, Author] = field(default_factory=dict)


DOMAINS = (
    Domain("core", reactions={flow.TimerDue: [flow.fire_timer]}, frames=frames.FRAMES),
    Domain("health", routes=health.ROUTES),
    Domain("live", routes=live_socket.ROUTES),
    Domain(
        "identity",
        routes=identity_routes.ROUTES,
        roles=identity_permissions.ROLES,
        reactions=identity_reactions.REACTIONS,
        schedules=identity_reactions.SCHEDULES,
        authors=identity_documents.AUTHORS,
    ),
    Domain(
        "inbox",
        routes=inbox_routes.ROUTES,
        roles=inbox_permissions.ROLES,
        reactions=inbox_reactions.REACTIONS,
        schedules=inbox_reactions.SCHEDULES,
        feeds=inbox_changes.FEEDS,
        holdings=inbox_holdings.HOLDINGS,
    ),
    Domain(
        "notices",
        routes=notices_routes.ROUTES,
        roles=notices_permissions.ROLES,
        reactions=notices_reactions.REACTIONS,
        holdings=notices_holdings.HOLDINGS,
        subjects=notices_subjects.SUBJECTS,
        authors=notices_documents.AUTHORS,
    ),
    Domain(
        "forum",
        routes=forum_routes.ROUTES,
        roles=forum_permissions.ROLES,
        reactions=forum_reactions.REACTIONS,
        schedules=forum_reactions.SCHEDULES,
        holdings=forum_holdings.HOLDINGS,
        subjects=forum_subjects.SUBJECTS,
        authors=forum_documents.AUTHORS,
    ),
    Domain(
        "moderation",
        routes=moderation_routes.ROUTES,
        roles=moderation_permissions.ROLES,
        reactions=moderation_reactions.REACTIONS,
        schedules=moderation_reactions.SCHEDULES,
        holdings=moderation_holdings.HOLDINGS,
    ),
    Domain(
        "search",
        routes=search_routes.ROUTES,
        roles=search_permissions.ROLES,
        reactions=search_reactions.REACTIONS,
        schedules=search_reactions.SCHEDULES,
    ),
    Domain(
        "media",
        routes=[media_routes.ROUTER],
        roles=media_permissions.ROLES,
        reactions=media_reactions.REACTIONS,
        schedules=media_reactions.SCHEDULES,
    ),
)


def register_domains() -> None:
    """Tells core what the domains do; the API, the worker and every command begin with it."""
    for domain in DOMAINS:
        register(domain.reactions)
        register_roles(domain.roles)
        register_feeds(domain.feeds)
        register_frames(domain.frames)
        register_holdings(domain.holdings)
        register_subjects(domain.subjects)
        register_authors(domain.authors)
    authenticate_with(identity_access.caller_for)
    recheck_with(identity_access.callers_of)


def create_app() -> ASGIApp:
    """The whole application as one ASGI callable: measured, guarded, routed."""
    return guarded(create_litestar())


def guarded(app: ASGIApp) -> ASGIApp:
    """What stands around the router, outermost first."""
    https_only = settings().public_url.startswith("https://")
    return Measured(Guard(Tagged(app), upload_paths=UPLOAD_PATHS, https_only=https_only))


def create_litestar() -> Litestar:
    """The router with its routes, for whoever wants to look at them. Raises on a route without a rule."""
    register_domains()
    api = Router(path=API, route_handlers=[handler for domain in DOMAINS for handler in domain.routes])
    app = Litestar(
        route_handlers=[api, *web_client.ROUTES],
        before_request=enforce_rule,
        dependencies={"caller": Provide(provide_caller, sync_to_thread=False)},
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=[running],
        # The guard's limit: Litestar's own is lower and answers without our words.
        request_max_body_size=UPLOAD_MAX_BYTES,
        openapi_config=openapi_config(),
        logging_config=None,
    )
    refuse_undeclared_rules(app)
    return app


@asynccontextmanager
async def running(_: Litestar) -> AsyncIterator[None]:
    """What the process holds open while it serves."""
    set_up_logging(settings().log_level)
    await open_pool()
    await open_redis()
    open_hub()
    web_client.open_web_client()
    try:
        yield
    finally:
        await close_hub()
        await BUCKETS.stop()
        await close_redis()
        await close_pool()


def openapi_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Linli 邻里",
        version="0.1.0",
        description="The platform a Chinese urban community runs for itself.",
        openapi_router=Router(path="/api", route_handlers=[], opt=rule(PUBLIC), include_in_schema=False),
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        security=[{"bearer": []}],
        components=Components(
            security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")}
        ),
        use_handler_docstrings=True,
    )
