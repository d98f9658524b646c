"""What follows in media, and what comes round by the clock."""

from backend.core.events import Event, Reaction
from backend.media import service
from backend.media.events import MediaDeleted, MediaDeveloped, MediaUploaded


async def develop_upload(event: MediaUploaded) -> None:
    await service.develop(event.media_id)


async def drop_staged_file(event: MediaDeveloped) -> None:
    await service.drop_staged(event.owner_id, event.file_id)


async def drop_files(event: MediaDeleted) -> None:
    await service.drop_files(event.owner_id, event.file_id)


REACTIONS: dict[type[Event], list[Reaction]] = {
    MediaUploaded: [develop_upload],
    MediaDeveloped: [drop_staged_file],
    MediaDeleted: [drop_files],
}


async def purge_unattached_media() -> None:
    await service.purge_unattached()


async def sweep_orphaned_files() -> None:
    await service.sweep_orphans()


SCHEDULES = {
    "47 * * * *": [purge_unattached_media],
    "11 4 * * *": [sweep_orphaned_files],
}
