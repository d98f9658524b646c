"""uvicorn's side of a socket, made to end: it closes politely and then waits for ever for the other end to read."""

from asyncio import BaseTransport, Task
from socket import SO_SNDBUF, SOL_SOCKET
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

CUT_AFTER_S = 5.0
"""What was not taken by now is not being read."""
SEND_BUFFER_BYTES = 128 * 1024
"""Linux lets it grow to 4 MB, in which a reader that has stopped reading hides for a long time."""
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class EndingProtocol(WebSocketsSansIOProtocol):
    """Cuts a connection that a close does not end, and answers the handshakes that uvicorn leaves hanging."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated and not self.close_sent:
            # A head that passed for HTTP and not for a websocket: two hundred headers, or one of 9 KB.
            self.transport.write(BAD_REQUEST)
            self.close_sent = True
            self.transport.close()
            self._cut_later()

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            # uvicorn closes with 1007 as well, and prints a traceback each time.
            self.frames = []
            if self.conn.state is State.OPEN:
                self.conn.send_close(1007)
                self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            # An answer in place of an acceptance is an end, too, and no error in the log.
            self.handshake_complete = True

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
        super().handle_parser_exception()
        self._cut_later()

    def _cut_later(self) -> None:
        if not self.disconnected:
            self.loop.call_later(CUT_AFTER_S, self.transport.abort)


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
