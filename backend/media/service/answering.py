"""An attachment as other domains answer with it, once they have checked who may look."""

from typing import Any
from uuid import UUID

from litestar import Request, Response

from backend.media.service.showing import open_attachment


async def attachment_answer(request: Request[Any, Any, Any], media_id: UUID, variant: str) -> Response[bytes]:
    """Its bytes never change, so whoever has them keeps them; whether they may still look is asked each time.

    Raises NotFound.
    """
    kept = {"ETag": f'"{media_id}-{variant}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == kept["ETag"]:
        return Response(b"", status_code=304, headers=kept)
    file = await open_attachment(media_id, variant)
    return Response(file.content, media_type=file.media_type, headers=file.headers | kept)
