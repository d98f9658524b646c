"""Who sees what: public pictures anybody and for good, evidence its owner and this once."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from backend.core.errors import NotFound
from backend.media import service
from tests.house import API, House
from tests.media.conftest import Album, stored_files, until_stored
from tests.media.drawing import encoded, photo, scene

PICTURE = photo(width=400, height=300)


class TestPublic:
    async def test_anybody_may_see_and_keep_it(self, worker: None, album: Album, stranger: Album, house: House) -> None:
        body = await album.ready(PICTURE)
        path = f"/media/{body['id']}/320"
        for answer in (await house.http.get(API + path), await stranger.person.get(path), await album.person.get(path)):
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "image/webp"
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-disposition"] == f'inline; filename="{body["id"]}-320.webp"'
            assert "sandbox" in answer.headers["content-security-policy"]
            assert "set-cookie" not in answer.headers

    async def test_it_is_not_sent_again_to_who_has_it(self, worker: None, album: Album, house: House) -> None:
        body = await album.ready(PICTURE)
        first = await house.http.get(f"{API}/media/{body['id']}/320")
        again = await house.http.get(f"{API}/media/{body['id']}/320", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["cache-control"] == first.headers["cache-control"]
        other = await house.http.get(f"{API}/media/{body['id']}/720", headers={"If-None-Match": first.headers["etag"]})
        assert other.status_code == 200

    async def test_a_bad_token_does_not_hide_it(self, worker: None, album: Album, house: House) -> None:
        """Public is public: nothing about the caller is even looked up."""
        body = await album.ready(PICTURE)
        answer = await house.http.get(f"{API}/media/{body['id']}/320", headers={"Authorization": "Bearer stale"})
        assert answer.status_code == 200

    async def test_only_the_three_widths_exist(self, worker: None, album: Album, house: House) -> None:
        body = await album.ready(PICTURE)
        for variant in ("321", "0", "staged", "320.webp", "٣٢٠", "320%00", "original", "-320"):
            answer = await house.http.get(f"{API}/media/{body['id']}/{variant}")
            assert answer.status_code in (400, 404), variant
            assert answer.headers["cache-control"] == "no-store"

    async def test_a_deleted_one_is_gone(self, worker: None, album: Album, house: House) -> None:
        body = await album.ready(PICTURE)
        await service.delete([body["id"]])
        assert (await house.http.get(f"{API}/media/{body['id']}/320")).status_code == 404
        await until_stored(0)

    async def test_only_its_owner_reads_about_it(
        self, worker: None, album: Album, stranger: Album, house: House
    ) -> None:
        body = await album.ready(PICTURE)
        assert (await album.person.get(f"/media/{body['id']}")).json() == body
        assert (await stranger.person.get(f"/media/{body['id']}")).status_code == 404
        assert (await house.http.get(f"{API}/media/{body['id']}")).status_code == 401


class TestEvidence:
    async def test_its_owner_sees_it_and_nobody_keeps_it(self, worker: None, album: Album) -> None:
        body = await album.ready(PICTURE, "evidence")
        assert body["purpose"] == "evidence"
        answer = await album.person.get(f"/media/{body['id']}/320")
        assert answer.status_code == 200
        assert Image.open(io.BytesIO(answer.content)).size == (320, 240)
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]

    async def test_a_tag_does_not_get_a_304_out_of_it(self, worker: None, album: Album) -> None:
        body = await album.ready(PICTURE, "evidence")
        path = f"/media/{body['id']}/320"
        for tag in (f'"{body["id"]}-320"', "*"):
            assert (await album.person.get(path, headers={"If-None-Match": tag})).status_code == 200

    async def test_for_everybody_else_it_reads_like_nothing(
        self, worker: None, album: Album, stranger: Album, house: House
    ) -> None:
        body = await album.ready(PICTURE, "evidence")
        absent = uuid4()
        for path in (f"/media/{body['id']}/320", f"/media/{body['id']}/1440", f"/media/{body['id']}/999"):
            nothing = path.replace(body["id"], str(absent))
            for asked, compared in (
                (await stranger.person.get(path), await stranger.person.get(nothing)),
                (await house.http.get(API + path), await house.http.get(API + nothing)),
            ):
                assert (asked.status_code, compared.status_code) == (404, 404)
                assert asked.json() == compared.json()
                names = [sorted(answer.headers) for answer in (asked, compared)]
                assert names[0] == names[1]
                assert asked.headers["cache-control"] == "no-store"
        own, other = await stranger.person.get(f"/media/{body['id']}"), await stranger.person.get(f"/media/{absent}")
        assert (own.status_code, own.json()) == (404, other.json())

    async def test_a_stale_token_is_told_to_refresh(self, worker: None, album: Album, house: House) -> None:
        body = await album.ready(PICTURE, "evidence")
        answer = await house.http.get(f"{API}/media/{body['id']}/320", headers={"Authorization": "Bearer stale"})
        assert answer.status_code == 401

    async def test_after_signing_out_it_is_closed(self, worker: None, album: Album) -> None:
        body = await album.ready(PICTURE, "evidence")
        assert (await album.person.delete("/auth/sessions")).status_code == 204
        assert (await album.person.get(f"/media/{body['id']}/320")).status_code == 401

    async def test_no_file_of_it_can_be_read_where_it_lies(self, worker: None, album: Album) -> None:
        await album.ready(PICTURE, "evidence")
        for path in await until_stored(2):
            sealed = path.read_bytes()
            assert b"RIFF" not in sealed and b"WEBP" not in sealed and b"JFIF" not in sealed
            with pytest.raises(OSError, match="cannot identify"):
                Image.open(path)

    async def test_the_staged_file_is_sealed_too(self, album: Album) -> None:
        await album.staged(PICTURE, "evidence")
        (staged,) = stored_files()
        assert b"SecretCameraMaker" in PICTURE
        assert b"SecretCameraMaker" not in staged.read_bytes() and b"JFIF" not in staged.read_bytes()

    async def test_a_file_moved_to_another_medium_does_not_open(self, worker: None, album: Album) -> None:
        mine = await album.ready(PICTURE, "evidence")
        first = {path.name: path for path in await until_stored(2)}
        other = await album.ready(encoded(scene(400, 300).rotate(180), "PNG"), "evidence")
        second = {path.name: path for path in await until_stored(4) if path not in first.values()}
        second["320"].write_bytes(first["320"].read_bytes())
        assert (await album.person.get(f"/media/{other['id']}/320")).status_code == 404
        first["720"].write_bytes(first["320"].read_bytes())
        assert (await album.person.get(f"/media/{mine['id']}/720")).status_code == 404
        assert (await album.person.get(f"/media/{mine['id']}/320")).status_code == 200

    async def test_another_domain_opens_it_after_its_own_check(self, worker: None, album: Album) -> None:
        body = await album.ready(PICTURE, "evidence")
        webp = await service.open_private(body["id"], "1440")
        assert Image.open(io.BytesIO(webp)).size == (400, 300)

    async def test_but_nothing_that_is_not_evidence(self, worker: None, album: Album) -> None:
        public = await album.ready(PICTURE)
        for media_id, variant in ((public["id"], "320"), (uuid4(), "320")):
            with pytest.raises(NotFound):
                await service.open_private(media_id, variant)
        evidence = await album.ready(PICTURE, "evidence")
        with pytest.raises(NotFound):
            await service.open_private(evidence["id"], "staged")


async def test_ids_that_are_none_are_nowhere(album: Album, house: House) -> None:
    for text in ("1", "x", "%2e%2e", str(uuid4())[:-1], "00000000-0000-0000-0000-00000000000g"):
        assert (await house.http.get(f"{API}/media/{text}/320")).status_code in (400, 404)
        assert (await album.person.get(f"/media/{text}")).status_code in (400, 404)
