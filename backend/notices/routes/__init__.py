"""Where notices are reached."""

from backend.notices.routes import reading, review, writing

ROUTES = [*reading.ROUTES, *writing.ROUTES, *review.ROUTES]
