"""The doors of notices for those who write, review and publish. Unseen is absent.

Reading has its own: who is addressed is part of the statement that reads (`queries`).
"""

from uuid import UUID

from asyncpg import Record

from backend.core.auth import Caller
from backend.core.clock import now
from backend.core.database import fetchrow
from backend.core.errors import NotFound
from backend.identity.queries.organisations import COMMUNITY_ZONE, SPEAKS_FOR
from backend.identity.queries.places import COMMUNITY_NAME, ORGANISATION
from backend.notices.permissions import DECIDE_URGENT, PUBLISH_NEWS, REMIND, REVIEW, SUBMIT
from backend.notices.rules.desk import Hand
from backend.notices.rules.reading import SHOWN

VOICE = f"""
{ORGANISATION.format(which="n.organisation")} AS organisation_words,
{SPEAKS_FOR.format(who="$2", which="n.organisation", at="$3")} AS speaks
"""
"""For whom it speaks, and whether the caller ($2) may speak for them at $3."""

IS_PRIVATE = """
(n.stream = 'notice' AND CASE n.state
    WHEN 'draft' THEN true
    WHEN 'withdrawn' THEN EXISTS (
        SELECT FROM flow_step s
        WHERE s.flow = 'notice' AND s.subject = n.id AND s.move = 'withdraw' AND s.source = 'draft')
    ELSE false END)
"""
"""A draft is its writer's alone, and stays so when it is withdrawn; the newsroom's are the newsroom's."""

COMMUNITY = f"""
{COMMUNITY_NAME.format(which="n.community")} AS community_name,
{COMMUNITY_ZONE.format(which="n.community")} AS zone
"""

# The lock is the organisation's: two of its urgent ones at once must be counted one after the other. It is taken
# here, so that the statement which counts begins behind it and sees what the first one did.
TO_PUBLISH_SQL = f"""
SELECT n.*, {COMMUNITY},
       {VOICE},
       {IS_PRIVATE} AS is_private,
       CASE WHEN n.priority = 'urgent'
            THEN pg_advisory_xact_lock(hashtextextended(coalesce(n.organisation, n.community)::text, 0)) END
FROM notice n WHERE n.id = $1 FOR UPDATE OF n
"""

TO_CHANGE_SQL = f"""
SELECT n.*, {VOICE},
       {IS_PRIVATE} AS is_private,
       array(SELECT a.medium FROM notice_attachment a WHERE a.notice = n.id ORDER BY a.position) AS media
FROM notice n WHERE n.id = $1 FOR UPDATE OF n
"""


async def notice_to_change(caller: Caller, notice_id: UUID) -> Record:
    """Locked, for its submitter or, once it is handed in, for a reviewer. `media` are its attachments."""
    row = await fetchrow(TO_CHANGE_SQL, notice_id, caller.account_id, now())
    if row is None:
        raise NotFound()
    if row["submitter"] != caller.account_id or not caller.may(SUBMIT, row["community"]):
        _require_review(caller, row)
    return row


async def own_notice(caller: Caller, notice_id: UUID) -> Record:
    """Locked, for its submitter."""
    row = await fetchrow(
        "SELECT * FROM notice WHERE id = $1 AND submitter = $2 FOR UPDATE", notice_id, caller.account_id
    )
    if row is None:
        raise NotFound()
    caller.require(SUBMIT, row["community"])
    return row


async def notice_to_review(caller: Caller, notice_id: UUID) -> Record:
    """Locked, for a reviewer of its community."""
    row = await fetchrow(f"SELECT n.*, {IS_PRIVATE} AS is_private FROM notice n WHERE n.id = $1 FOR UPDATE", notice_id)
    if row is None:
        raise NotFound()
    _require_review(caller, row)
    return row


async def notice_to_publish(caller: Caller, notice_id: UUID) -> Record:
    """Locked, for one who may publish it, with its community's name and zone; an urgent one holds its
    organisation's month besides."""
    row = await fetchrow(TO_PUBLISH_SQL, notice_id, caller.account_id, now())
    if row is None:
        raise NotFound()
    if not hand_of(caller, row).publishes or _is_private(caller, row):
        raise NotFound()
    return row


async def notice_that_is_out(caller: Caller, notice_id: UUID, permission: str, *, modifying: bool) -> Record:
    """Published, or expired since, where the caller holds the permission."""
    lock = " FOR UPDATE" if modifying else ""
    row = await fetchrow(f"SELECT * FROM notice WHERE id = $1 AND state = ANY($2){lock}", notice_id, SHOWN)
    if row is None:
        raise NotFound()
    caller.require(permission, row["community"])
    return row


async def scheduled_notice(notice_id: UUID) -> Record | None:
    """Locked, for the clock, which asks nobody; None when it is scheduled no more."""
    return await fetchrow(
        f"SELECT n.*, {COMMUNITY} FROM notice n WHERE n.id = $1 AND n.state = 'scheduled' FOR UPDATE OF n", notice_id
    )


def hand_of(caller: Caller, row: Record) -> Hand:
    """The caller's rights over this notice; the row has VOICE's columns beside its own.

    The party organisation's news are its members' to publish.
    """
    community, news = row["community"], row["stream"] == "news"
    reviews = caller.may(PUBLISH_NEWS if news else REVIEW, community)
    own_party_news = (
        news and row["submitter"] == caller.account_id and row["speaks"] and row["organisation_words"][0] == "party"
    )
    return Hand(
        account=caller.account_id,
        reviews=reviews,
        publishes=reviews or (own_party_news and caller.may(SUBMIT, community)),
        decides_urgent=caller.may(DECIDE_URGENT, community),
        reminds=caller.may(REMIND, community),
    )


def _require_review(caller: Caller, row: Record) -> None:
    caller.require(PUBLISH_NEWS if row["stream"] == "news" else REVIEW, row["community"])
    if _is_private(caller, row):
        raise NotFound()


def _is_private(caller: Caller, row: Record) -> bool:
    return row["is_private"] and row["submitter"] != caller.account_id
