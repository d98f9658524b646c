"""Where the forum is reached."""

from litestar.types import ControllerRouterHandler

ROUTES: list[ControllerRouterHandler] = []
