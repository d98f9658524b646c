"""Pictures become ours: upright, bare, bounded. Pure, without the sandbox."""

import base64
import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from backend.media.darkroom import containers, images, pictures
from backend.media.darkroom.pictures import ImageRefused
from tests.media.damaged import damaged
from tests.media.drawing import (
    EXIF_ORIENTATION,
    PNG_MAGIC,
    encoded,
    flat_png,
    gif_frames,
    photo,
    png_chunks,
    png_of,
    riff_chunk,
    scene,
    webp_of,
    whole_pictures,
)

WHOLE = whole_pictures()
DAMAGED = damaged()
RED, GREEN, BLUE, YELLOW = "red", "green", "blue", "yellow"
UPRIGHT = (RED, GREEN, BLUE, YELLOW)
"""The scene's corners: top left, top right, bottom left, bottom right."""


def opened(webp: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(webp), formats=("WEBP",))
    picture.load()
    return picture


def corners(picture: Image.Image) -> tuple[str, ...]:
    picture = picture.convert("RGB")
    across, down = picture.width - 1, picture.height - 1
    found = []
    for place in ((2, 2), (across - 2, 2), (2, down - 2), (across - 2, down - 2)):
        red, green, blue = picture.getpixel(place)  # type: ignore[misc]
        found.append(YELLOW if red > 150 and green > 150 else RED if red > 150 else GREEN if green > 120 else BLUE)
    return tuple(found)


def widest(data: bytes) -> Image.Image:
    return opened(images.develop(data).variants[-1].webp)


def refusal(data: bytes) -> str:
    with pytest.raises(ImageRefused) as caught:
        images.develop(data)
    return caught.value.code


@pytest.mark.parametrize("name", WHOLE)
def test_whole_pictures_are_taken(name: str) -> None:
    developed = images.develop(WHOLE[name])
    for made in developed.variants:
        picture = opened(made.webp)
        assert picture.size == (made.width, made.height)
        assert getattr(picture, "n_frames", 1) == 1
    assert 5 <= len(developed.thumbhash) <= 25


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_pictures_are_refused(name: str) -> None:
    data, code = DAMAGED[name]
    refused_for = refusal(data)
    assert refused_for == code or (code == "*" and refused_for in ("media.unknown_kind", "media.damaged"))


def test_the_corpus_has_more_than_a_hundred_kinds() -> None:
    assert len([name for name in DAMAGED if " cut at " not in name]) > 100


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation: int, kind: str) -> None:
    """The scene is stored as a camera held that way stores it, and must come out as it was seen."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = scene(90, 40)
    if orientation in undo:
        stored = stored.transpose(undo[orientation])
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    picture = widest(encoded(stored, kind, exif=exif))
    assert picture.size == (90, 40)
    assert corners(picture) == UPRIGHT


@pytest.mark.parametrize("orientation", [0, 9, 77, 65_535])
def test_an_impossible_orientation_is_ignored(orientation: int) -> None:
    assert corners(widest(photo(orientation))) == UPRIGHT


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_about_camera_and_place_is_left(kind: str) -> None:
    data = photo(6, kind=kind)
    assert b"SecretCameraMaker" in data
    for made in images.develop(data).variants:
        assert b"SecretCameraMaker" not in made.webp
        for chunk in (b"EXIF", b"XMP ", b"ICCP", b"VP8X"):
            assert chunk not in made.webp[:64]
        assert not opened(made.webp).getexif()


def test_comments_text_and_xmp_are_gone() -> None:
    secret = b"my home address"
    for data in (
        encoded(scene(), "JPEG", comment=secret, xmp=secret),
        png_of([*png_chunks(WHOLE["png"])[:1], (b"tEXt", b"Comment\0" + secret), *png_chunks(WHOLE["png"])[1:]]),
        encoded(scene().quantize(8), "GIF", comment=secret),
        encoded(scene(), "WEBP", xmp=secret),
    ):
        assert secret in data
        assert all(secret not in made.webp for made in images.develop(data).variants)


def test_what_hangs_behind_the_picture_is_gone() -> None:
    page = b"<html><script>alert(document.cookie)</script></html>"
    for name in ("jpeg", "png", "gif", "webp"):
        made = images.develop(WHOLE[name] + page + b"PK\3\4")
        assert all(b"script" not in variant.webp for variant in made.variants)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_broken_metadata_costs_only_itself() -> None:
    pictures_with_nonsense = {
        "exif": encoded(scene(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40),
        "exif that points at itself": encoded(scene(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\x08\0\0\0"),
        "profile": encoded(scene(), "JPEG", icc_profile=b"\xff" * 200),
        "png profile": png_of(
            [*png_chunks(WHOLE["png"])[:1], (b"iCCP", b"x\0\0nonsense"), *png_chunks(WHOLE["png"])[1:]]
        ),
        "webp exif": encoded(scene(), "WEBP", exif=b"\xff" * 40),
    }
    for data in pictures_with_nonsense.values():
        assert corners(widest(data)) == UPRIGHT


def test_wide_colours_are_brought_to_srgb() -> None:
    """A profile that swaps nothing but brightness: without heeding it the picture would keep its numbers."""
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    grey = Image.new("RGB", (40, 40), (120, 120, 120))
    same = widest(encoded(grey, "PNG", icc_profile=srgb.tobytes()))
    foreign = widest(encoded(grey, "PNG", icc_profile=linear.tobytes()))
    for picture in (same, foreign):
        red = picture.convert("RGB").getpixel((20, 20))[0]  # type: ignore[index]
        assert abs(red - 120) < 4


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1, 1), {"320": (1, 1)}),
        ((320, 200), {"320": (320, 200)}),
        ((321, 200), {"320": (320, 199), "720": (321, 200)}),
        ((500, 400), {"320": (320, 256), "720": (500, 400)}),
        ((720, 400), {"320": (320, 178), "720": (720, 400)}),
        ((1440, 900), {"320": (320, 200), "720": (720, 450), "1440": (1440, 900)}),
        ((3000, 2000), {"320": (320, 213), "720": (720, 480), "1440": (1440, 960)}),
        ((1080, 8000), {"320": (173, 1280), "720": (389, 2880), "1440": (778, 5760)}),
        ((16_383, 100), {"320": (320, 2), "720": (720, 5), "1440": (1440, 9)}),
    ],
)
def test_variants_are_no_wider_than_asked_and_never_enlarged(
    size: tuple[int, int], expected: dict[str, tuple[int, int]]
) -> None:
    made = images.develop(flat_png(*size)).variants
    for variant in made:
        width, height = expected[variant.name]
        # A variant is made from the widest one, so that rounding may differ by a pixel.
        assert abs(variant.width - width) <= 1 and abs(variant.height - height) <= 1
    assert [variant.name for variant in made] == list(expected)


def test_transparency_stays() -> None:
    picture = widest(WHOLE["png transparent"])
    assert picture.mode == "RGBA"
    low, high = picture.getchannel("A").getextrema()
    assert low < 20 and high > 235


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    shades = Image.new("I;16", (256, 4))
    shades.putdata([x * 257 for _ in range(4) for x in range(256)])
    picture = widest(encoded(shades, "PNG")).convert("L")
    assert picture.getpixel((0, 1)) < 8  # type: ignore[operator]
    assert abs(picture.getpixel((128, 1)) - 128) < 8  # type: ignore[operator]
    assert picture.getpixel((255, 1)) > 247  # type: ignore[operator]


class TestLimits:
    """Each at n and at n + 1."""

    def test_megapixels(self) -> None:
        assert pictures.MAX_PIXELS == 8000 * 5000
        assert images.develop(flat_png(8000, 5000)).variants[-1].width == 1440
        assert refusal(flat_png(8000, 5001)) == "media.too_many_pixels"
        assert refusal(flat_png(8001, 5000)) == "media.too_many_pixels"

    def test_side(self) -> None:
        longest = pictures.MAX_SIDE_PX
        assert images.develop(flat_png(longest, 1))
        assert images.develop(flat_png(1, longest))
        assert refusal(flat_png(longest + 1, 1)) == "media.side_too_long"
        assert refusal(flat_png(1, longest + 1)) == "media.side_too_long"

    def test_frames(self) -> None:
        most = pictures.MAX_FRAMES
        assert images.develop(gif_frames(most))
        assert refusal(gif_frames(most + 1)) == "media.too_many_frames"
        animated = WHOLE["webp animated"]
        lead = animated[12 : animated.index(b"ANMF")]
        frame = animated[animated.index(b"ANMF") :]
        frame = frame[: 8 + int.from_bytes(frame[4:8], "little")]
        assert images.develop(webp_of(lead, frame * most))
        assert refusal(webp_of(lead, frame * (most + 1))) == "media.too_many_frames"
        still = png_chunks(WHOLE["png"])
        counted = [still[0], (b"acTL", struct.pack(">II", most, 0)), *still[1:]]
        assert images.develop(png_of(counted))

    def test_scans(self) -> None:
        data = WHOLE["jpeg"]
        scan = data[data.index(b"\xff\xda") : -2]
        head = data[: data.index(b"\xff\xda")]
        assert containers.walk(head + scan * pictures.MAX_SCANS + b"\xff\xd9")
        assert refusal(head + scan * (pictures.MAX_SCANS + 1) + b"\xff\xd9") == "media.too_heavy"


def test_a_chunk_that_no_reader_knows_is_passed_over() -> None:
    extended = encoded(scene(), "WEBP", exif=Image.Exif().tobytes() + bytes(8))
    assert images.develop(extended)
    assert images.develop(webp_of(WHOLE["webp"][12:], riff_chunk(b"JUNK", b"odd")))


def test_the_placeholder_is_a_thumbhash_of_the_picture() -> None:
    hashed = images.develop(photo()).thumbhash
    landscape = hashed[4] & 0x80
    assert landscape
    assert not images.develop(photo(6)).thumbhash[4] & 0x80
    assert base64.b64encode(hashed)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(WHOLE)),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
)
def test_whatever_bytes_come_it_is_a_picture_or_a_refusal(name: str, changes: list[tuple[float, int]]) -> None:
    data = bytearray(WHOLE[name])
    for place, value in changes:
        data[min(int(place * len(data)), len(data) - 1)] = value
    try:
        developed = images.develop(bytes(data))
    except ImageRefused as refused:
        assert refused.code.startswith("media.")
    else:
        assert all(made.width <= int(made.name) for made in developed.variants)


@settings(max_examples=100, deadline=None)
@given(
    tail=st.binary(max_size=400),
    head=st.sampled_from([b"", b"\xff\xd8\xff", PNG_MAGIC, b"GIF89a", b"RIFF\0\1\0\0WEBP"]),
)
def test_random_bytes_are_refused(tail: bytes, head: bytes) -> None:
    try:
        images.develop(head + tail)
    except ImageRefused as refused:
        assert refused.code in (
            "media.unknown_kind",
            "media.damaged",
            "media.side_too_long",
            "media.too_many_pixels",
            "media.too_many_frames",
            "media.too_heavy",
        )
