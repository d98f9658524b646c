"""Reactions: the organisation is told what it is asked to answer for, the author and watchers how it goes on."""

from asyncpg import Record

from backend.core.clock import now
from backend.core.database import fetch, fetchrow
from backend.forum.events import IssueMoved, IssueRaised, ThreadPosted
from backend.identity.queries.organisations import SPEAKERS_OF
from backend.identity.queries.places import ORGANISATION
from backend.inbox import service as inbox

TOLD_AT_ONCE = 500
"""Accounts a transaction: their items are locked while it runs, and readers want to mark them read."""

ISSUE_SQL = f"""
SELECT i.*, t.author, t.title, {ORGANISATION.format(which="i.organisation")} AS words, s.number, s.actor
FROM public_issue i JOIN thread t ON t.id = i.thread JOIN LATERAL (
    SELECT number, actor FROM flow_step WHERE flow = 'public_issue' AND subject = i.id ORDER BY number DESC LIMIT 1
) AS s ON true WHERE i.thread = $1 AND t.state = 'shown'
"""
FOLLOWERS_SQL = """
SELECT account FROM (
    SELECT account FROM thread_reader WHERE thread = $1 AND level = 'watching'
    UNION SELECT $2::uuid WHERE NOT EXISTS (
        SELECT FROM thread_reader WHERE thread = $1 AND account = $2 AND level = 'muted')) AS it
WHERE account <> $3 AND ($4::uuid IS NULL OR account > $4) ORDER BY account LIMIT $5
"""


async def tell_organisation(event: IssueRaised) -> None:
    """Its members, and for the committee its staff; not who raised it. A thread that is held back tells nobody yet."""
    await _tell_organisation(await fetchrow(ISSUE_SQL, event.thread_id))


async def tell_organisation_of_thread(event: ThreadPosted) -> None:
    """The same when a thread that was held back is shown."""
    await _tell_organisation(await fetchrow(ISSUE_SQL, event.thread_id))


async def tell_of_move(event: IssueMoved) -> None:
    """The author and who watches the thread; when it is reopened the organisation as well. Not who moved it."""
    issue = await fetchrow(ISSUE_SQL, event.thread_id)
    if issue is None or issue["state"] == "raised":
        return
    once, after = f"issue:{issue['id']}:{issue['number']}", None
    while some := await fetch(FOLLOWERS_SQL, issue["thread"], issue["author"], issue["actor"], after, TOLD_AT_ONCE):
        await inbox.tell_all([row["account"] for row in some], _about("issue.moved", issue), once=once)
        after = some[-1]["account"]
    if issue["state"] == "reopened":
        await _tell_speakers(issue, "issue.moved")


async def _tell_organisation(issue: Record | None) -> None:
    if issue is not None and issue["state"] == "raised":
        await _tell_speakers(issue, "issue.raised")


async def _tell_speakers(issue: Record, kind: str) -> None:
    speakers = await fetch(SPEAKERS_OF.format(which="$1", at="$2"), issue["organisation"], now())
    told = sorted({row["account"] for row in speakers} - {issue["actor"]})
    await inbox.tell_all(told, _about(kind, issue), once=f"issue:{issue['id']}:{issue['number']}")


def _about(kind: str, issue: Record) -> inbox.About:
    params = {
        "title": issue["title"],
        "organisation": issue["words"][1],
        "reason": (issue["reason"] or "").rstrip("。. "),
    }
    return inbox.About(
        kind=kind,
        community_id=issue["community"],
        subject_kind="thread",
        subject_id=issue["thread"],
        params={"state": issue["state"], **params} if kind == "issue.moved" else params,
    )
