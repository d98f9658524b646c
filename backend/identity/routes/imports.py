"""Address files at the desk."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, MultipartBody

from backend.core.auth import Caller, rule
from backend.core.limits import limited
from backend.core.once import key_of
from backend.core.paging import LIST_LIMIT, Cursor, Limit, Page
from backend.core.sentences import Locale, pick_locale
from backend.identity.permissions import IMPORT_ADDRESSES
from backend.identity.queries import imports as queries
from backend.identity.rules.address_files import FILE_MAX_BYTES
from backend.identity.schemas.imports import ImportForm, ImportOut
from backend.identity.service import imports as service


@post("/desk/address-imports", status_code=202, opt=rule(IMPORT_ADDRESSES) | limited("upload"))
async def import_addresses(
    caller: NamedDependency[Caller], data: MultipartBody[ImportForm], request: Request[Any, Any, Any]
) -> ImportOut:
    """Hands in a CSV or XLSX of homes, 5 MB and 50,000 rows at most; the worker reads it, GET tells how far it is."""
    import_id = await service.request_import(
        caller,
        data.community_id,
        content=await data.file.read(FILE_MAX_BYTES + 1),
        file_name=data.file.filename,
        dry_run=data.dry_run,
        upload_key=key_of(request),
    )
    return await queries.one(caller, import_id, _locale(request))


@get("/desk/address-imports", opt=rule(IMPORT_ADDRESSES))
async def list_imports(
    caller: NamedDependency[Caller],
    community_id: FromQuery[UUID],
    request: Request[Any, Any, Any],
    limit: Limit = LIST_LIMIT,
    cursor: Cursor = None,
) -> Page[ImportOut]:
    """The community's imports, newest first."""
    return await queries.imports(caller, community_id, limit=limit, cursor=cursor, locale=_locale(request))


@get("/desk/address-imports/{import_id:uuid}", opt=rule(IMPORT_ADDRESSES))
async def read_import(
    caller: NamedDependency[Caller], import_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> ImportOut:
    """How far it is."""
    return await queries.one(caller, import_id, _locale(request))


@get("/desk/address-imports/{import_id:uuid}/errors", media_type="text/csv", opt=rule(IMPORT_ADDRESSES))
async def read_import_errors(
    caller: NamedDependency[Caller], import_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> Response[bytes]:
    """The rows that were refused, the first 1,000 of them, with the reason in the reader's language."""
    return Response(
        await queries.error_file(caller, import_id, _locale(request)),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="errors-{import_id}.csv"', "Cache-Control": "no-store"},
    )


def _locale(request: Request[Any, Any, Any]) -> Locale:
    return pick_locale(request.headers.get("accept-language"))


ROUTES = [import_addresses, list_imports, read_import, read_import_errors]
