"""Somebody has closed their account. What they reported weighs on; that it was they is forgotten."""

from uuid import UUID

from backend.core.database import execute


async def forget_reporter(account_id: UUID) -> None:
    """An undecided case needs the report, and a decided one is founded on it: the words and the weight stay.

    Each row gets a reporter that is nobody, so that two of them don't become one person. Again, it finds nothing.
    Sanctions and appeals stay as they are: records of decisions, which the law asks for and the log shows nameless.
    """
    await execute("UPDATE report SET reporter = gen_random_uuid() WHERE reporter = $1", account_id)
