"""Where moderation is reached."""

from backend.moderation.routes import desk, reports, words

ROUTES = [*reports.ROUTES, *desk.ROUTES, *words.ROUTES]
