"""The poster: what is printed, what hostile text does to it (nothing), and what is said where it can't be printed."""

import asyncio
import io
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from backend.core.problems import render_refusal
from backend.notices.poster import Poster, poster_pdf, printing
from backend.notices.poster.errors import FontMissing, PosterFailed
from backend.parts import checks
from backend.parts.trouble import Trouble
from backend.settings import Settings, settings

URL = "https://linli.example.cn/n/0192f3c4-7a1e-7c3b-9d52-0c9b9f6a4e21"
PARAGRAPH = "为改善小区环境，定于本周六上午清理楼道堆物，请您提前将楼道里的自行车、纸箱搬回家中，无人认领的由物业保管。"
A4_PT = (595, 842)
PT_PER_MM = 72 / 25.4
PIXELS_PER_PT = 3


def poster(**changes: Any) -> Poster:
    content: dict[str, Any] = {
        "title": "关于3月12日停水检修的通知",
        "paragraphs": "各位居民：\n因管道检修，3月12日9:00至17:00停水，请您提前储水。",
        "organisation": "翠湖社区居民委员会",
        "community": "翠湖社区",
        "published_on": date(2026, 3, 10),
        "ends_on": date(2026, 3, 24),
        "reference": "翠湖社区〔2026〕12号",
        "priority": "normal",
        "url": URL,
        "phone": "0571-8888 6666",
    }
    return Poster(**(content | changes))


async def printed(**changes: Any) -> PdfReader:
    return PdfReader(io.BytesIO(await poster_pdf(poster(**changes))))


def squeezed(text: str) -> str:
    """Without what breaking lines puts in."""
    return re.sub(r"[\s\u200b]", "", text)


def words(reader: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in reader.pages))


def body_words(reader: PdfReader, content: Poster) -> str:
    """The body of a poster of several pages: what is left without what stands on each page."""
    title, reference = squeezed(content.title), squeezed(content.reference)
    found = words(reader)
    found = re.sub(f"编号{re.escape(reference)}第\\d+页，共\\d+页({re.escape(title)}（续）)?", "", found)
    return re.sub("扫码看全文、确认收到.*?编号" + re.escape(reference), "", found)


def type_sizes(reader: PdfReader) -> dict[str, float]:
    """The size in pt that each character was first set in, by the page's own matrices."""
    sizes: dict[str, float] = {}

    def see(text: str, _: Any, matrix: list[float], __: Any, size: float) -> None:
        for sign in text.strip():
            sizes.setdefault(sign, round(size * abs(matrix[3] or 1), 1))

    reader.pages[0].extract_text(visitor_text=see)
    return sizes


def is_blank(page: pypdfium2.PdfPage, *, left: float, right: float, above: float, below: float = 297) -> bool:
    """Whether nothing is printed between these, in mm from the left and upper edge."""
    drawn = page.render(scale=PIXELS_PER_PT).to_pil().convert("L")
    scale = PIXELS_PER_PT * PT_PER_MM
    box = tuple(round(edge * scale) for edge in (left, above, right, below))
    return drawn.crop(box).getextrema() == (255, 255)


async def test_everything_stands_on_one_page() -> None:
    reader = await printed()
    assert len(reader.pages) == 1
    assert (round(reader.pages[0].mediabox.width), round(reader.pages[0].mediabox.height)) == A4_PT
    assert words(reader) == (
        "通知翠湖社区关于3月12日停水检修的通知"
        "各位居民：因管道检修，3月12日9:00至17:00停水，请您提前储水。"
        "翠湖社区居民委员会2026年3月10日"
        "扫码看全文、确认收到咨询电话0571-88886666有效期至2026年3月24日编号翠湖社区〔2026〕12号"
    )
    assert reader.metadata is not None and reader.metadata.title == "关于3月12日停水检修的通知"


@pytest.mark.parametrize(("priority", "word"), [("normal", "通知"), ("important", "重要通知"), ("urgent", "紧急通知")])
async def test_its_priority_stands_in_words(priority: str, word: str) -> None:
    assert words(await printed(priority=priority)).startswith(f"{word}翠湖社区")


async def test_without_a_phone_nothing_speaks_of_one() -> None:
    assert "电话" not in words(await printed(phone=None))


async def test_the_letters_are_drawn_from_a_font_inside() -> None:
    fonts = (await printed()).pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        inside = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert "NotoSansCJK" in inside["/FontName"]
        assert inside.keys() & {"/FontFile2", "/FontFile3"}


async def test_it_is_the_same_file_each_time() -> None:
    assert await poster_pdf(poster()) == await poster_pdf(poster())


@pytest.mark.parametrize("paragraphs", [1, 3, 5, 6, 7, 8, 9, 10])
async def test_nothing_is_printed_over_the_strip_with_the_code(paragraphs: int) -> None:
    pdf = await poster_pdf(poster(paragraphs="\n".join([PARAGRAPH] * paragraphs)))
    # The strip's line lies 56 mm above the edge.
    assert is_blank(pypdfium2.PdfDocument(pdf)[0], left=0, right=210, above=297 - 59.5, below=297 - 56.5)


class TestSizes:
    async def test_a_short_one_is_read_across_the_lift(self) -> None:
        sizes = type_sizes(await printed(title="停电", paragraphs="明早八点"))
        assert (sizes["停"], sizes["早"]) == (64, 28)

    @pytest.mark.parametrize(("paragraphs", "pages"), [(1, 1), (9, 1), (12, 2), (14, 2), (90, 7)])
    async def test_what_does_not_fit_goes_on(self, paragraphs: int, pages: int) -> None:
        content = poster(paragraphs="\n".join(f"{number}、{PARAGRAPH}" for number in range(paragraphs)))
        reader = PdfReader(io.BytesIO(await poster_pdf(content)))
        assert len(reader.pages) == pages
        assert 16 <= type_sizes(reader)["善"] <= 28
        assert type_sizes(reader)["关"] >= 36
        assert squeezed(content.paragraphs) in body_words(reader, content)
        if pages > 1:
            assert "下接第2页" in squeezed(reader.pages[0].extract_text())
            assert f"第{len(reader.pages)}页，共{len(reader.pages)}页" in squeezed(reader.pages[-1].extract_text())

    async def test_the_longest_title(self) -> None:
        title = ("关于翠湖园小区地下车库防水改造施工期间车辆停放及消防通道管理有关事项的重要通知" * 2)[:60]
        reader = await printed(title=title)
        assert title in words(reader)
        assert type_sizes(reader)["库"] == 36


class TestCode:
    @pytest.mark.parametrize("url", ["http://x.cn", URL, "https://linli.example.cn/" + "n" * 200])
    async def test_it_holds_the_address(self, url: str) -> None:
        drawn = pypdfium2.PdfDocument(await poster_pdf(poster(url=url)))[0].render(scale=PIXELS_PER_PT).to_pil()
        (code,) = zxingcpp.read_barcodes(drawn)
        assert code.text == url
        across = code.position.top_right.x - code.position.top_left.x
        assert across / PIXELS_PER_PT / PT_PER_MM >= 35


HOSTILE = (
    '#panic("x")',
    '#import "@preview/evil:1.0.0": *',
    '#read("/etc/passwd")',
    "#sys.inputs.poster \\ \\u{41} $ x^2 $ <label> @label",
    "= 标题 *粗* _斜_ `raw` ```typ #rect()``` // 注释 /* 注释 */",
    "[链接](javascript:alert(1)) -- --- ... 'q' \"q\" ~ #[ ] #{ }",
    '"}], "title": "别的"',
    "<script>alert(1)</script>",
)


class TestHostile:
    @pytest.mark.parametrize("text", HOSTILE)
    async def test_markup_is_printed_as_it_was_written(self, text: str) -> None:
        reader = await printed(
            title=text, paragraphs=text, organisation=text, community=text, reference=text, phone=text
        )
        # Twice in the head, once each in body, signature, strip.
        assert words(reader).count(squeezed(text)) >= 4

    async def test_what_cannot_be_seen_is_left_out(self) -> None:
        reader = await printed(paragraphs="停\x00水\x1b\u202e通知\u2066\u200f。\ufeff")
        assert "停水通知。" in words(reader)

    @pytest.mark.parametrize("letter", ["中", "w", "!", "é"])
    async def test_five_thousand_signs_without_a_space(self, letter: str) -> None:
        reader = await printed(paragraphs=letter * 5_000, title=letter * 60)
        body = sum(page.extract_text().count(letter) for page in reader.pages)
        assert body >= 5_060
        for page in pypdfium2.PdfDocument(reader.stream):
            assert is_blank(page, left=196, right=210, above=35)
            assert is_blank(page, left=0, right=14, above=35)

    async def test_five_thousand_lines(self) -> None:
        assert len((await printed(paragraphs="一\n" * 2_500)).pages) > 40

    async def test_nothing_at_all(self) -> None:
        assert len((await printed(title="停", paragraphs=" \n ")).pages) == 1


class TestRare:
    async def test_rare_characters_are_printed(self) -> None:
        text = words(await printed(title="致䶮先生、𠮷女士", paragraphs="㙍、龘、𬌗、①㎡℃☎️。"))
        assert "致䶮先生、𠮷女士" in text and "龘、𬌗、①㎡℃☎" in text
        assert "〓" not in text

    async def test_what_the_font_lacks_is_shown_as_a_gap(self) -> None:
        text = words(await printed(paragraphs="同乐🎉👨‍👩‍👧❤️会，שלום。"))
        assert "同乐〓会，〓。" in text
        assert "〓是印不出的字符，请扫码看原文" in text


class TestNoFont:
    @pytest.fixture
    def fonts_in(self, tmp_path: Path) -> Any:
        def set_folder(folder: Path) -> None:
            os.environ["LINLI_FONT_FOLDER"] = str(folder)
            settings.cache_clear()

        yield set_folder
        os.environ.pop("LINLI_FONT_FOLDER", None)
        settings.cache_clear()

    async def test_it_is_said(self, fonts_in: Any, tmp_path: Path) -> None:
        (tmp_path / "readme.otf").write_bytes(b"no font")
        for folder in (tmp_path / "nowhere", tmp_path, tmp_path / "readme.otf"):
            fonts_in(folder)
            with pytest.raises(FontMissing) as refused:
                await poster_pdf(poster())
            for language, sentence in (("zh-CN", "缺少中文字体"), ("en", "The Chinese font is missing")):
                status, body, _ = render_refusal(refused.value, language)
                assert (status, sentence in body.decode()) == (503, True)

    async def test_another_folder_is_taken(self, fonts_in: Any) -> None:
        fonts_in(printing.font_folder(Settings()))
        assert len((await printed()).pages) == 1

    async def test_the_wheel_is_gone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(printing, "FONT_WHEEL", "no_such_fonts")
        with pytest.raises(FontMissing):
            await poster_pdf(poster())

    async def test_the_doctor_says_so_too(self, tmp_path: Path) -> None:
        assert "manimgx" in await checks.posters(Settings())
        with pytest.raises(Trouble, match="LINLI_FONT_FOLDER"):
            await checks.posters(Settings(font_folder=tmp_path))


async def test_a_typesetter_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "WALL_S", 0.05)
    with pytest.raises(PosterFailed):
        await poster_pdf(poster())


async def test_several_at_once_take_their_turns() -> None:
    assert len(await asyncio.gather(*(poster_pdf(poster()) for _ in range(5)))) == 5
