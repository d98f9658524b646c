"""What a notice's poster says."""

from uuid import UUID
from zoneinfo import ZoneInfo

from backend.core.auth import Caller
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.core.sentences import DEFAULT_LOCALE
from backend.identity.queries.organisations import COMMUNITY_ZONE
from backend.identity.queries.places import ORGANISATION_PHONE
from backend.notices.poster import Poster
from backend.notices.queries.reading import author_of, notice_shown_to
from backend.notices.rules.reading import SHOWN
from backend.settings import settings

BESIDE_SQL = f"""
SELECT {COMMUNITY_ZONE.format(which="$1::uuid")} AS zone, {ORGANISATION_PHONE.format(which="$2::uuid")} AS phone
"""


async def poster_of(caller: Caller | None, notice_id: UUID, *, house: str) -> Poster:
    """Of a notice that is out, for whoever may read it; two statements. Its code leads to the public address, or where
    the settings name none to `house`, by which the caller came. Raises NotFound."""
    notice = await notice_shown_to(caller, notice_id)
    if notice["state"] not in SHOWN:
        raise NotFound()
    beside = await fetchrow(BESIDE_SQL, notice["community"], notice["organisation"])
    assert beside is not None  # a row without a FROM
    zone = ZoneInfo(beside["zone"])
    return Poster(
        title=notice["title"],
        paragraphs=notice["body"],
        organisation=author_of(notice, DEFAULT_LOCALE).name,
        community=notice["community_name"],
        published_on=notice["published_at"].astimezone(zone).date(),
        ends_on=notice["ends_at"].astimezone(zone).date(),
        reference=notice["reference"],
        priority=notice["priority"],
        url=f"{(settings().public_url or house).rstrip('/')}/notices/{notice_id}",
        phone=beside["phone"],
    )
