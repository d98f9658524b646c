"""The counter: a worker takes an application down for somebody who came in person."""

from uuid import UUID

from backend.core import audit
from backend.core.auth import Caller
from backend.core.database import transaction
from backend.identity.errors import AccountBanned, HolderBanned
from backend.identity.permissions import ENTER_FOR_OTHERS
from backend.identity.rules.sign_in import parse_phone
from backend.identity.schemas.verifications import DeskVerificationCreate
from backend.identity.service.sessions import account_of
from backend.identity.service.verifications import apply


async def enter(caller: Caller, data: DeskVerificationCreate) -> UUID:
    """An application of method desk; the account is made if the phone had none. Another person decides it.

    Raises HolderBanned, and what `apply` raises.
    """
    caller.require(ENTER_FOR_OTHERS, data.community_id)
    async with transaction():
        try:
            account_id = await account_of(parse_phone(data.phone))
        except AccountBanned:
            raise HolderBanned() from None
        verification_id = await apply(account_id, data, entered_by=caller.account_id)
        await audit.record(
            "verification.entered",
            actor=caller.account_id,
            community=data.community_id,
            about=account_id,
            subject="verification",
            subject_id=verification_id,
        )
    return verification_id
