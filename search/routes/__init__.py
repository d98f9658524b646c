"""Where search is reached."""

from litestar.types import ControllerRouterHandler

ROUTES: list[ControllerRouterHandler] = []
