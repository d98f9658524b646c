"""Who may speak in whose name."""

from uuid import UUID

import msgspec

from backend.core.clock import now
from backend.core.database import fetch
from backend.identity.permissions import COMMITTEE_ADMIN, MODERATOR, WORKER

SPEAKERS = (WORKER, MODERATOR, COMMITTEE_ADMIN)
"""Their office is the committee's; everybody else speaks for the organisation that their role is held in."""

SPEAKS_FOR = """
EXISTS (SELECT FROM role_grant g WHERE g.account = {who} AND g.organisation = {which} AND g.role = 'org_member'
        AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > {at}))
"""
SPEAKS_HERE = """
EXISTS (SELECT FROM role_grant g LEFT JOIN organisation o ON o.id = g.organisation
        WHERE g.account = {who} AND g.community = {where} AND g.ended_at IS NULL
          AND (g.ends_at IS NULL OR g.ends_at > {at})
          AND (g.role IN ('worker', 'moderator', 'committee_admin') OR g.role = 'org_member' AND o.state = 'approved'))
"""
"""Whether an account speaks for any approved organisation of a community."""
SPEAKS_AS = f"""
EXISTS (SELECT FROM organisation voice WHERE voice.id = {{which}} AND voice.state = 'approved' AND (
            voice.kind = 'committee' AND EXISTS (
                SELECT FROM role_grant office WHERE office.account = {{who}} AND office.community = voice.community
                AND office.role IN ('worker', 'moderator', 'committee_admin') AND office.ended_at IS NULL
                AND (office.ends_at IS NULL OR office.ends_at > {{at}}))
            OR {SPEAKS_FOR.format(who="{who}", which="voice.id", at="{at}")}))
"""
"""Whether an account speaks for this one, which is approved: its members, and for the committee its staff."""
SPEAKERS_OF = """
SELECT office.account FROM role_grant office
JOIN organisation voice ON voice.id = {which} AND voice.community = office.community AND voice.state = 'approved'
JOIN account a ON a.id = office.account AND a.state = 'active'
WHERE office.ended_at IS NULL AND (office.ends_at IS NULL OR office.ends_at > {at})
  AND (office.role = 'org_member' AND office.organisation = voice.id
       OR voice.kind = 'committee' AND office.role IN ('worker', 'moderator', 'committee_admin'))
"""
"""The accounts of which SPEAKS_AS holds; a few dozen at most."""
IS_PUBLIC = """
EXISTS (SELECT FROM organisation o WHERE o.id = {which} AND o.community = {where} AND o.state = 'approved'
        AND o.kind <> 'merchant')
"""
"""Whether it answers for public affairs there: any approved one but a shop."""
COMMUNITY_ZONE = "(SELECT c.timezone FROM community c WHERE c.id = {which})"


class Voice(msgspec.Struct, frozen=True):
    """An approved organisation that the account may speak for."""

    id: UUID
    kind: str
    name: str


async def voices(account_id: UUID, community_id: UUID) -> list[Voice]:
    """The organisations of this community that the account speaks for now."""
    rows = await fetch(
        f"""SELECT o.id, o.kind, o.name FROM organisation o
            WHERE o.community = $2 AND o.state = 'approved'
              AND (o.kind = 'committee' AND EXISTS (
                       SELECT FROM role_grant g WHERE g.account = $1 AND g.community = $2 AND g.role = ANY($4)
                       AND g.ended_at IS NULL AND (g.ends_at IS NULL OR g.ends_at > $3))
                   OR {SPEAKS_FOR.format(who="$1", which="o.id", at="$3")})
            ORDER BY o.kind, o.name, o.id""",
        account_id,
        community_id,
        now(),
        list(SPEAKERS),
    )
    return [Voice(*row) for row in rows]


async def organisations_named(community_id: UUID, words: str, *, limit: int) -> list[Voice]:
    """Approved ones of a community whose name has these words; none: all."""
    rows = await fetch(
        """SELECT o.id, o.kind, o.name FROM organisation o
           WHERE o.community = $1 AND o.state = 'approved' AND position(lower($2) IN lower(o.name)) > 0
           ORDER BY o.kind, o.name, o.id LIMIT $3""",
        community_id,
        words,
        limit,
    )
    return [Voice(*row) for row in rows]
