"""A text message to an account, for domains that know people by id alone: the number never leaves this house."""

from uuid import UUID

from backend.core.crypto import unseal
from backend.core.database import fetchval
from backend.identity.service import sms
from backend.identity.service.sessions import phone_cell


async def text_account(account_id: UUID, text: str) -> None:
    """Nothing for an account that is closed or banned. Raises httpx.HTTPError when the provider doesn't take it."""
    sealed = await fetchval("SELECT phone_sealed FROM account WHERE id = $1 AND state = 'active'", account_id)
    if sealed is not None:
        await sms.send(unseal(sealed, bound_to=phone_cell(account_id)), text)
