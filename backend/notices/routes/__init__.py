"""Where notices are reached."""

from backend.notices.routes import coverage, grids, reading, review, writing

ROUTES = [*reading.ROUTES, *writing.ROUTES, *review.ROUTES, *coverage.ROUTES, *grids.ROUTES]
