"""One's own account: how it looks, and its end."""

from uuid import UUID

import msgspec

from backend.core.database import execute, transaction
from backend.core.events import emit
from backend.core.text import clean_line
from backend.identity import access
from backend.identity.events import NicknameChanged
from backend.identity.schemas.me import MeUpdate


async def update_account(account_id: UUID, update: MeUpdate) -> None:
    """Changes what is named and leaves the rest."""
    async with transaction():
        row = await access.account_for(account_id, modifying=True)
        nickname = row["nickname"] if update.nickname is msgspec.UNSET else update.nickname
        nickname = clean_line(nickname) or None if nickname else None
        await execute(
            "UPDATE account SET nickname = $2, locale = $3, ui_mode = $4, theme = $5 WHERE id = $1",
            account_id,
            nickname,
            _or(update.locale, row["locale"]),
            _or(update.ui_mode, row["ui_mode"]),
            _or(update.theme, row["theme"]),
        )
        if nickname != row["nickname"]:
            await emit(NicknameChanged(account_id=account_id))


def _or(given: str | msgspec.UnsetType, kept: str) -> str:
    return kept if isinstance(given, msgspec.UnsetType) else given
