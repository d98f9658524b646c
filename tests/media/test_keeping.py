"""Attaching, deleting, purging; what a dead process leaves behind is swept up."""

import asyncio
import os
from uuid import UUID, uuid4

import pytest

from backend.core.database import execute, fetch, fetchval, transaction
from backend.media import errors, queries, reactions, rules, service
from backend.media.events import MediaDeleted, MediaDeveloped, MediaUploaded
from backend.media.service import storage
from backend.settings import settings
from tests.house import Clock, House
from tests.media.conftest import Album, rows, stored_files, until_stored
from tests.media.drawing import photo


async def one(album: Album, purpose: str = "evidence") -> UUID:
    return UUID((await album.ready(photo(), purpose))["id"])


async def attached(media_id: UUID) -> bool:
    return await fetchval("SELECT attached_at IS NOT NULL FROM medium WHERE id = $1", media_id)


class TestAttach:
    async def test_ones_own_ready_media_hang_where_they_are_used(self, worker: None, album: Album) -> None:
        first, second = await one(album), await one(album)
        await service.attach(album.person.account_id, [first, second], "evidence")
        assert await attached(first) and await attached(second)

    async def test_nothing_to_attach_is_fine(self, album: Album) -> None:
        await service.attach(album.person.account_id, [], "evidence")

    async def test_all_or_none(self, worker: None, album: Album, stranger: Album) -> None:
        mine, other_purpose, theirs = await one(album), await one(album, "public"), await one(stranger)
        used = await one(album)
        await service.attach(album.person.account_id, [used], "evidence")
        for wrong in ([mine, theirs], [mine, uuid4()], [mine, other_purpose], [mine, used], [mine, mine]):
            with pytest.raises(errors.NotUsable):
                await service.attach(album.person.account_id, wrong, "evidence")
            assert not await attached(mine)
        await service.attach(album.person.account_id, [mine], "evidence")
        assert await attached(mine)

    async def test_one_that_is_not_ready_is_refused(self, album: Album, house: House) -> None:
        late = await album.staged(photo(), "evidence")
        with pytest.raises(errors.NotUsable):
            await service.attach(album.person.account_id, [late], "evidence")
        await house.drain()
        await service.attach(album.person.account_id, [late], "evidence")

    async def test_it_goes_back_with_the_transaction_that_wanted_it(self, worker: None, album: Album) -> None:
        medium = await one(album)
        with pytest.raises(ZeroDivisionError):
            async with transaction():
                await service.attach(album.person.account_id, [medium], "evidence")
                raise ZeroDivisionError
        assert not await attached(medium)

    async def test_of_two_at_once_one_gets_it(self, worker: None, album: Album) -> None:
        """Named in opposite orders, they must not wait for each other either."""
        media = [await one(album) for _ in range(3)]
        calls = [service.attach(album.person.account_id, media[::step], "evidence") for step in (1, -1) * 3]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert outcomes.count(None) == 1
        assert sum(isinstance(outcome, errors.NotUsable) for outcome in outcomes) == 5

    async def test_how_many(self, album: Album) -> None:
        too_many = [uuid4() for _ in range(rules.MAX_MEDIA_PER_ATTACHMENT + 1)]
        with pytest.raises(errors.NotUsable):
            await service.attach(album.person.account_id, too_many, "evidence")


class TestDelete:
    async def test_rows_go_first_and_files_follow(self, album: Album, house: House) -> None:
        late = await album.staged(photo())
        await house.drain()
        assert len(stored_files()) == 1
        await service.delete([late])
        assert (await rows(), len(stored_files())) == (0, 1)
        await house.drain()
        assert stored_files() == []

    async def test_a_rolled_back_deletion_deletes_nothing(self, worker: None, album: Album) -> None:
        medium = await one(album)
        with pytest.raises(ZeroDivisionError):
            async with transaction():
                await service.delete([medium])
                raise ZeroDivisionError
        assert (await album.person.get(f"/media/{medium}/320")).status_code == 200

    async def test_again_and_of_nothing(self, worker: None, album: Album) -> None:
        medium = await one(album)
        kept = await one(album)
        await service.delete([])
        for _ in range(3):
            await service.delete([medium, uuid4()])
        assert await rows() == 1
        await until_stored(1)
        assert (await album.person.get(f"/media/{kept}/320")).status_code == 200

    async def test_a_closed_account_keeps_nothing(self, worker: None, album: Album, stranger: Album) -> None:
        for _ in range(2):
            await one(album)
        theirs = await one(stranger)
        await service.delete_all_of(album.person.account_id)
        assert [row["id"] for row in await fetch("SELECT id FROM medium")] == [theirs]
        await until_stored(1)

    async def test_one_deleted_while_it_is_developed_leaves_no_file(self, album: Album, house: House) -> None:
        late = await album.staged(photo(width=3000, height=2000))
        developing = asyncio.create_task(service.develop(late))
        await asyncio.sleep(0.05)
        await service.delete([late])
        await developing
        await house.drain()
        assert stored_files() == []


class TestPurge:
    async def test_what_nothing_uses_goes_after_a_day(self, worker: None, album: Album, moved_clock: Clock) -> None:
        used, unused = await one(album), await one(album)
        await service.attach(album.person.account_id, [used], "evidence")
        moved_clock.advance(hours=23, minutes=59)
        assert await service.purge_unattached() == 0
        moved_clock.advance(minutes=2)
        assert await service.purge_unattached() == 1
        assert await service.purge_unattached() == 0
        assert [row["id"] for row in await fetch("SELECT id FROM medium")] == [used]
        await until_stored(1)
        assert unused != used

    async def test_whatever_state_it_is_stuck_in(self, album: Album, house: House, moved_clock: Clock) -> None:
        await album.staged(photo())
        await execute("DELETE FROM pgqueuer")
        moved_clock.advance(hours=25)
        await reactions.purge_unattached_media()
        assert await rows() == 0
        await house.drain()
        assert stored_files() == []

    async def test_more_than_one_batch(self, album: Album, moved_clock: Clock) -> None:
        count = rules.PURGE_BATCH * 2 + 3
        await execute(
            """INSERT INTO medium (id, owner, file, purpose, state, stored_bytes, variants, digest, created_at)
               SELECT gen_random_uuid(), $1, gen_random_uuid(), 'public', 'processing', 1, '{}', '', now()
               FROM generate_series(1, $2)""",
            album.person.account_id,
            count,
        )
        moved_clock.advance(hours=25)
        assert await service.purge_unattached() == count


class TestSweep:
    async def test_files_without_a_row_go_after_a_day(self, worker: None, album: Album, moved_clock: Clock) -> None:
        """As a process leaves them that dies between storing and committing."""
        kept = await one(album)
        await until_stored(1)
        owner, file_id = uuid4(), uuid4()
        await storage.put(owner, file_id, "staged", b"raw")
        await storage.put(owner, file_id, "320", b"webp")
        assert await service.sweep_orphans() == 0
        moved_clock.advance(hours=25)
        assert await service.sweep_orphans() == 1
        assert len(stored_files()) == 1
        assert await service.open_private(kept, "320")

    async def test_what_is_not_ours_stays(self, album: Album, moved_clock: Clock) -> None:
        await service.check_storage()
        await storage.put(uuid4(), uuid4(), "320", b"webp")
        (ours,) = stored_files()
        strange = ours.parents[2] / "notes.txt"
        strange.write_text("not a medium")
        moved_clock.advance(hours=25)
        await reactions.sweep_orphaned_files()
        assert stored_files() == [strange]
        strange.unlink()


class TestReactionsAgain:
    """Each three times in a row, and once after the row is gone."""

    async def test_develop(self, album: Album) -> None:
        event = MediaUploaded(media_id=await album.staged(photo()))
        for _ in range(3):
            await reactions.develop_upload(event)
            assert await fetchval("SELECT state FROM medium") == "ready"
        await execute("DELETE FROM medium")
        await reactions.develop_upload(event)
        assert await rows() == 0

    async def test_refuse(self, album: Album) -> None:
        event = MediaUploaded(media_id=await album.staged(photo()[:-30]))
        for _ in range(3):
            await reactions.develop_upload(event)
            assert await fetchval("SELECT refused_for FROM medium") == "media.damaged"
            assert stored_files() == []

    async def test_a_staged_file_that_is_gone_is_a_refusal(self, album: Album) -> None:
        event = MediaUploaded(media_id=await album.staged(photo()))
        stored_files()[0].unlink()
        await reactions.develop_upload(event)
        assert await fetchval("SELECT state FROM medium") == "refused"

    async def test_drop(self, worker: None, album: Album) -> None:
        await one(album)
        (path,) = await until_stored(1)
        owner, file_id = UUID(path.parts[-3]), UUID(path.parts[-2])
        for _ in range(3):
            await reactions.drop_staged_file(MediaDeveloped(owner_id=owner, file_id=file_id))
        assert stored_files() == [path]
        for _ in range(3):
            await reactions.drop_files(MediaDeleted(owner_id=owner, file_id=file_id))
        assert stored_files() == []


async def test_what_is_held_about_a_person(worker: None, album: Album, stranger: Album) -> None:
    mine = [await one(album), await one(album, "public")]
    await one(stranger)
    assert [kept.id for kept in await queries.kept_for(album.person.account_id)] == mine
    assert set(await queries.pictures([*mine, uuid4()])) == set(mine)


async def test_a_store_that_cannot_be_written_is_said_and_leaves_no_row(
    album: Album,
) -> None:
    """A file lies where the folder should be: as on a broken disk, every write fails."""
    await service.check_storage()
    folder = settings().home / "media"
    away = folder.with_name("media-away")
    os.rename(folder, away)
    folder.write_text("in the way")
    try:
        answer = await album.upload(photo())
        assert (answer.status_code, answer.json()["code"]) == (503, "media.storage_away")
        assert int(answer.headers["retry-after"]) > 0
        with pytest.raises(storage.StorageAway):
            await service.check_storage()
        assert await rows() == 0
    finally:
        folder.unlink()
        os.rename(away, folder)
    assert await album.staged(photo())
