"""As much of S3 as storage asks for, on loopback: put, get, list, delete, of signed requests only.

The same calls were run against moto's server (5.2.5, 2026-11-21); 204 MB of it is too much for every test run.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 2
"""Keys a page, so that listing more than two has to go on."""


class Bucket(ThreadingHTTPServer):
    """`objects` by path; `failing` answers 503 to everything."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.failing = False

    @property
    def url(self) -> str:
        """For LINLI_STORAGE_URL."""
        host = f"http://127.0.0.1:{self.server_port}"
        return f"s3://pictures/linli?endpoint={host}&region=cn-north-1&access_key_id=id&secret_access_key=secret"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Bucket

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._admitted():
            self.server.objects[self._key()] = body
            self._answer(200, b"")

    def do_GET(self) -> None:
        if not self._admitted():
            return
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            self._answer(200, self._listing(query))
        elif self._key() in self.server.objects:
            self._answer(200, self.server.objects[self._key()])
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_DELETE(self) -> None:
        if self._admitted():
            self.server.objects.pop(self._key(), None)
            self._answer(204, b"")

    def _admitted(self) -> bool:
        if self.server.failing:
            self._answer(503, b"<Error><Code>SlowDown</Code></Error>")
            return False
        if not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=id/"):
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return False
        return True

    def _listing(self, query: dict[str, list[str]]) -> bytes:
        prefix = "/pictures/" + query["prefix"][0]
        after = query.get("continuation-token", [""])[0]
        keys = sorted(key for key in self.server.objects if key.startswith(prefix) and key > after)
        found = "".join(
            f"<Contents><Key>{escape(key.removeprefix('/pictures/'))}</Key><Size>{len(self.server.objects[key])}</Size>"
            f'<ETag>"e"</ETag><LastModified>{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>'
            for key in keys[:PAGE]
        )
        more = f"<NextContinuationToken>{escape(keys[PAGE - 1])}</NextContinuationToken>" if len(keys) > PAGE else ""
        truncated = "true" if more else "false"
        return f"<ListBucketResult><IsTruncated>{truncated}</IsTruncated>{more}{found}</ListBucketResult>".encode()

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Length", str(len(body))),
            ("ETag", '"e"'),
            ("Last-Modified", f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S GMT}"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(body)


@contextmanager
def serving() -> Iterator[Bucket]:
    with Bucket() as bucket:
        thread = threading.Thread(target=bucket.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield bucket
        finally:
            bucket.shutdown()
            thread.join()
