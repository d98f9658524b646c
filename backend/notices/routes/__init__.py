"""Where notices are reached."""

from backend.notices.routes import reading

ROUTES = [*reading.ROUTES]
