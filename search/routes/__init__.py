"""Where search is reached."""

from litestar.types import ControllerRouterHandler

from search.routes import desk, finding

ROUTES: list[ControllerRouterHandler] = [*finding.ROUTES, *desk.ROUTES]
