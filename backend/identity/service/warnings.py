"""What the owner of an account is told outside the app, since a thief may hold the app."""

from uuid import UUID

from backend.core.crypto import unseal
from backend.core.database import fetchval
from backend.identity.service import sms
from backend.identity.service.sessions import phone_cell


async def warn_of_reuse(account_id: UUID) -> None:
    """A text message; sent again after a crash, it only warns twice."""
    sealed = await fetchval("SELECT phone_sealed FROM account WHERE id = $1 AND state = 'active'", account_id)
    if sealed is not None:
        await sms.send(
            unseal(sealed, bound_to=phone_cell(account_id)),
            "您的邻里账号在另一处被使用，我们已让那台设备退出。请打开“我的—设备”看一看。",
        )
