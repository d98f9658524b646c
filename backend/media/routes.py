"""Where pictures and attached files are handed in and shown."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)
from litestar.params import FromPath

from backend.core.auth import PUBLIC, SIGNED_IN, Caller, caller_if_any, rule
from backend.core.limits import limited
from backend.core.once import key_of
from backend.media import access, errors, queries, rules, service
from backend.media.schemas import MediaOut
from backend.media.service import uploads

IMMUTABLE = "public, max-age=31536000, immutable"
NEVER_KEPT = "no-store"


class UploadOperation(Operation):
    """Describes the form, which is read as it arrives and so stands in no signature."""

    def __post_init__(self) -> None:
        form = Schema(
            type=OpenAPIType.OBJECT,
            required=["file", "purpose"],
            properties={
                "file": Schema(
                    type=OpenAPIType.STRING,
                    content_media_type="application/octet-stream",
                    description="JPEG, PNG, WebP or GIF, judged by its bytes; at most 10 MB and 40 megapixels. "
                    "An attachment may also be a PDF of at most 20 MB and 200 pages.",
                ),
                "purpose": Schema(type=OpenAPIType.STRING, enum=list(rules.PURPOSES)),
            },
        )
        self.request_body = RequestBody(required=True, content={"multipart/form-data": OpenAPIMediaType(schema=form)})


@post(
    "/media",
    opt=rule(SIGNED_IN) | limited("upload"),
    operation_class=UploadOperation,
    responses={202: ResponseSpec(MediaOut, description="Stored; the worker is late. Ask again at GET /media/{id}.")},
)
async def upload_medium(request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Response[MediaOut]:
    """Hands in a picture or PDF: 201 when it is ready, 202 when the worker is late, 413/415/422 when it is refused."""
    key = key_of(request)
    await service.refuse_full(caller.account_id)
    async with uploads.received(request) as upload:
        media_id = await service.keep_upload(caller.account_id, upload, upload_key=key)
    row = await service.settle(caller.account_id, media_id)
    return Response(queries.media_out(row), status_code=201 if row["state"] == rules.READY else 202)


@get("/media/{media_id:uuid}", opt=rule(SIGNED_IN))
async def read_medium(media_id: FromPath[UUID], caller: NamedDependency[Caller]) -> MediaOut:
    """One's own medium; after a 202, whether it is ready, or why it was refused."""
    row = await access.medium_of(caller, media_id)
    if row["state"] == rules.REFUSED:
        raise errors.refusal_of(row["refused_for"])
    return queries.media_out(row)


@get("/media/{media_id:uuid}/{variant:str}", opt=rule(PUBLIC) | limited("picture"), media_type="image/webp")
async def show_variant(
    request: Request[Any, Any, Any], media_id: FromPath[UUID], variant: FromPath[str]
) -> Response[bytes]:
    """The picture: a public one for anybody and for good; evidence or an attachment for its owner and this once.

    An attachment that is a PDF has the one variant `file`.
    """
    row = await access.medium_shown_to(partial(caller_if_any, request), media_id)
    if row["purpose"] != rules.PUBLIC:
        kept = {"Cache-Control": NEVER_KEPT}
    else:
        kept = {"Cache-Control": IMMUTABLE, "ETag": f'"{media_id}-{variant}"'}
        if request.headers.get("if-none-match") == kept["ETag"]:
            return Response(b"", status_code=304, headers=kept)
    file = await service.opened(row, variant)
    return Response(file.content, media_type=file.media_type, headers=file.headers | kept)


ROUTER = Router("/", route_handlers=[upload_medium, read_medium, show_variant])
