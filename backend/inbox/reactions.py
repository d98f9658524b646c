"""What follows in inbox, and what comes round by the clock."""

from backend.core.events import Event, Reaction
from backend.identity.events import AccountClosed
from backend.inbox import service
from backend.inbox.events import ItemsTold, PushDue
from backend.inbox.service import devices, pushing, telling


async def show_live(event: ItemsTold) -> None:
    await telling.show_live(event.batch_id)


async def forget_account(event: AccountClosed) -> None:
    await service.forget_account(event.account_id)


async def push_batch(event: PushDue) -> None:
    await pushing.push_batch(event.batch_id)


REACTIONS: dict[type[Event], list[Reaction]] = {
    ItemsTold: [show_live],
    PushDue: [push_batch],
    AccountClosed: [forget_account],
}

SCHEDULES = {"37 3 * * *": [service.purge_old_items, devices.purge_old_devices]}
