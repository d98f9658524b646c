"""uvicorn's side of a socket, made to end: it closes politely and then waits for ever for the other end to read."""

from asyncio import Task

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

CUT_AFTER_S = 5.0
"""What was not taken by now is not being read."""


class EndingProtocol(WebSocketsSansIOProtocol):
    """Cuts a connection that a close does not end, and refuses a broken handshake without a traceback."""

    def shutdown(self) -> None:
        super().shutdown()
        self._cut_later()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._cut_later()

    def on_task_complete(self, task: Task[None]) -> None:
        super().on_task_complete(task)
        self._cut_later()

    def handle_parser_exception(self) -> None:
        if self.conn.close_sent is None:
            # The handshake itself: there is no websocket yet that could be closed with a code.
            self.transport.close()
        else:
            super().handle_parser_exception()
        self._cut_later()

    def _cut_later(self) -> None:
        if not self.disconnected:
            self.loop.call_later(CUT_AFTER_S, self.transport.abort)
