"""Where the bell is reached."""

from backend.inbox.routes import inbox

ROUTES = [*inbox.ROUTES]
