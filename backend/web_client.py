"""Serves the built web client from memory: compressed once, found by exact path, nothing else on disk reachable."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get

from backend.core.auth import PUBLIC, rule
from backend.core.errors import NotFound
from backend.core.limits import unlimited

DIST = Path(__file__).parent.parent / "web" / "dist"
COMPRESSED_TYPES = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg")
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
PAGES = {"": "index.html", "desk": "desk.html", "desk/": "desk.html", "api/docs": "docs.html"}


class BuiltFile:
    """A file's bytes, its gzip when that is smaller, and the headers that go with them."""

    def __init__(self, name: str, data: bytes) -> None:
        self.media_type = _media_type(name)
        self.data = data
        self.compressed = gzip.compress(data, 9, mtime=0) if self.media_type.startswith(COMPRESSED_TYPES) else None
        self.etag = f'"{hashlib.sha256(data).hexdigest()[:20]}"'
        # Vite puts a hash of the content into the names under assets/.
        self.cache_control = FOREVER if name.startswith("assets/") else ASK_AGAIN


def load(folder: Path = DIST) -> dict[str, BuiltFile]:
    """Every file of the build by its path; empty when the client has not been built."""
    return {
        (name := path.relative_to(folder).as_posix()): _built(name, path, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@cache
def _built(name: str, path: Path, changed_ns: int) -> BuiltFile:
    """Compressed once a process, however often the application starts in it."""
    return BuiltFile(name, path.read_bytes())


_files: dict[str, BuiltFile] = {}


def open_web_client() -> None:
    _files.clear()
    _files.update(load())


# Under /api Litestar's own page for the API document answers whatever is not named.
@get(["/", "/api/docs", "/{path:path}"], opt=rule(PUBLIC) | unlimited(), include_in_schema=False)
async def serve(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The phone client at /, the desk at /desk, the API's pages at /api/docs."""
    name = request.scope["path"].lstrip("/")
    file = _files.get(PAGES.get(name, name))
    if file is None:
        raise NotFound()
    headers = {"ETag": file.etag, "Cache-Control": file.cache_control, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(b"", status_code=304, headers=headers, media_type=file.media_type)
    if file.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.compressed, headers=headers | {"Content-Encoding": "gzip"}, media_type=file.media_type)
    return Response(file.data, headers=headers, media_type=file.media_type)


def _media_type(name: str) -> str:
    if name.endswith(".webmanifest"):
        return "application/manifest+json"
    if name.endswith(".js"):
        return "application/javascript"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


ROUTES = [serve]
