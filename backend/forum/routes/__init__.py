"""Where the forum is reached."""

from litestar.types import ControllerRouterHandler

from backend.forum.routes import lists, reading

ROUTES: list[ControllerRouterHandler] = [
    lists.list_boards,
    lists.list_board,
    lists.list_community,
    reading.read_thread,
    reading.list_replies,
]
