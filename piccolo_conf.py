"""Where Piccolo finds the engine and the domains; `backend.migrate` and `piccolo migrations new` read it."""

from piccolo.conf.apps import AppRegistry

from backend.core.database import ENGINE

DB = ENGINE

APP_REGISTRY = AppRegistry(
    apps=[
        "backend.core.piccolo_app",
        "backend.media.piccolo_app",
        "backend.identity.piccolo_app",
        "backend.inbox.piccolo_app",
        "backend.notices.piccolo_app",
        "backend.forum.piccolo_app",
        "backend.moderation.piccolo_app",
        "search.piccolo_app",
    ]
)
