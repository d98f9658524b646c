"""Where the bell is reached."""

from backend.inbox.routes import devices, inbox

ROUTES = [*inbox.ROUTES, *devices.ROUTES]
