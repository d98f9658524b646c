"""How posts look: what of Markdown there is, what becomes of pictures, links and names, and how much of it."""

from uuid import UUID, uuid4

import pytest

from backend.core.database import execute, fetchval
from backend.core.ids import new_id
from backend.forum.rules.editing import POST_VARIETY, REPLY_VARIETY, is_padding
from backend.forum.rules.markdown import (
    EMPTY_CELLS_MOST,
    MARKS_MOST,
    MENTIONS_MOST,
    PICTURES_MOST,
    has_too_many_marks,
    mentions_in,
    render,
)
from tests.forum.square import Square, column, done, edit_of, refused
from tests.house import Neighbour

MEDIUM, NEIGHBOUR = "018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"
OUTSIDE = {'target="_blank"', 'class="outside"', 'rel="nofollow ugc noopener noreferrer"'}


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("第一行\n第二行\n\n第三行", "<p>第一行<br>\n第二行</p>\n<p>第三行</p>\n"),
        ("**粗** *斜* ~~删~~ `码`", "<p><strong>粗</strong> <em>斜</em> <s>删</s> <code>码</code></p>\n"),
        ("# 大标题\n#### 小标题", "<h3>大标题</h3>\n<h6>小标题</h6>\n"),
        ("- 一\n- 二", "<ul>\n<li>一</li>\n<li>二</li>\n</ul>\n"),
        ("3. 三\n4. 四", '<ol start="3">\n<li>三</li>\n<li>四</li>\n</ol>\n'),
        ("> 别人说的", "<blockquote>\n<p>别人说的</p>\n</blockquote>\n"),
        ("```py\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>\n"),
        ("一行字\n---", "<p>一行字</p>\n<hr>\n"),
        ("<b>不加粗</b>", "<p>&lt;b&gt;不加粗&lt;/b&gt;</p>\n"),
        (f"![楼道](media:{MEDIUM})", f'<p><img data-medium="{MEDIUM}" alt="楼道"></p>\n'),
        ("![楼道](media:123)", "<p>![楼道](media:123)</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[a]: x:y\n\n[a]", "<p>[a]: x:y</p>\n<p>[a]</p>\n"),
    ],
)
def test_how_it_looks(source: str, html: str) -> None:
    assert render(source).html == html


def test_a_table() -> None:
    shown = render("|项目|金额|\n|-|-:|\n|电梯|300|").html
    assert "<th>项目</th>" in shown and "<td>300</td>" in shown and "style" not in shown


@pytest.mark.parametrize(
    ("source", "address", "words"),
    [
        ("看https://a.cn/x?y=1这个", "https://a.cn/x?y=1", "https://a.cn/x?y=1"),
        ("（https://a.cn/x）。", "https://a.cn/x", "https://a.cn/x"),
        ("(https://a.cn/x).", "https://a.cn/x", "https://a.cn/x"),
        ("[公示](https://a.cn)", "https://a.cn", "公示"),
        ("[电话](tel:0571-88888888)", "tel:0571-88888888", "电话"),
        ("![图](https://a.cn/x.png)", "https://a.cn/x.png", "图"),
    ],
)
def test_links_are_marked(source: str, address: str, words: str) -> None:
    shown = render(source).html
    begin = shown.index("<a ")
    link = shown[begin : shown.index("</a>")]
    assert f'href="{address.replace("&", "&amp;")}"' in link and link.endswith(f">{words}")
    assert all(mark in link for mark in OUTSIDE)


def test_what_is_no_address_stays_a_word() -> None:
    for source in ("我家在 3.cn 号", "www.example.com", "ftp://a.cn", "//a.cn", "me@example.com", "http://"):
        assert "<a " not in render(source).html


def test_a_mention_says_the_true_name() -> None:
    source = f"[@物业经理](account:{NEIGHBOUR}) 请看 [@居委会](organisation:{MEDIUM})"
    shown = render(source, names={f"account:{NEIGHBOUR}": "王<女士>"})
    assert f'<span class="mention" data-account="{NEIGHBOUR}">@王&lt;女士&gt;</span> 请看 @居委会' in shown.html
    assert [it.key for it in shown.mentions] == [f"account:{NEIGHBOUR}", f"organisation:{MEDIUM}"]
    assert shown.plain == "@王<女士> 请看 @居委会" and mentions_in(source) == shown.mentions
    # What stands around another link is no link, and the name within stays a name.
    nested = render(f"[看 [@x](account:{NEIGHBOUR}) 吧](https://a.cn)", names={f"account:{NEIGHBOUR}": "王女士"})
    assert "@王女士</span>" in nested.html


def test_what_there_is_to_read() -> None:
    source = f"# 通知\n\n- **停水**\n- ![水表](media:{MEDIUM})\n\n|几号|\n|-|\n|五号|\n\n```\n代码\n```"
    assert render(source).plain == "通知\n停水\n水表\n几号\n五号\n代码"
    assert render(f"![a](media:{MEDIUM})![b](media:{MEDIUM.upper()})").pictures == [UUID(MEDIUM)]


def test_marks_are_counted() -> None:
    assert not has_too_many_marks("[" * MARKS_MOST + "字" * 100)
    assert has_too_many_marks("[" * (MARKS_MOST + 1))


def test_a_table_is_not_filled_up_for_ever() -> None:
    columns, head = 20, "|a" * 20 + "|\n" + "|-" * 20 + "|\n"
    rows = EMPTY_CELLS_MOST // (columns - 1)
    assert render(head + "|b\n" * rows).html.count("<tr>") == rows + 1
    assert render(head + "|b\n" * (rows + 1)).html.count("<tr>") == rows + 1


@pytest.mark.parametrize("variety", [POST_VARIETY, REPLY_VARIETY])
def test_a_text_has_enough_different_characters(variety: tuple[tuple[int, int], ...]) -> None:
    for characters, least in variety:
        enough = "".join(chr(0x4E00 + number % least) for number in range(characters))
        too_few = "".join(chr(0x4E00 + number % (least - 1)) for number in range(characters))
        assert not is_padding(enough, variety) and is_padding(too_few, variety)
        assert not is_padding(too_few[:-1], variety) or any(
            smaller < characters and few > least - 1 for smaller, few in variety
        )
        assert is_padding(" ".join(too_few), variety), "spaces don't help"


async def uploaded(owner: Neighbour, *, kind: str = "image") -> str:
    made = new_id()
    await execute(
        """INSERT INTO medium (id, owner, file, purpose, kind, name, state, stored_bytes, pages, width, height,
                               thumbhash, variants, digest)
           VALUES ($1, $2, $3, 'attachment', $4, '楼道.jpg', 'ready', 10, 3, 4, 3, '', '{320}', '')""",
        made, owner.account_id, new_id(), kind,
    )  # fmt: skip
    return str(made)


def showing(*media: str) -> str:
    return "请看：" + " ".join(f"![楼道](media:{medium})" for medium in media)


async def hangs(medium: str) -> bool | None:
    found: bool | None = await fetchval("SELECT attached_at IS NOT NULL FROM medium WHERE id = $1", UUID(medium))
    return found


async def test_a_post_shows_ones_own_pictures(square: Square) -> None:
    thread = await square.thread()
    path = f"/threads/{thread}/replies"
    nine = [await uploaded(square.li) for _ in range(PICTURES_MOST)]
    made = await done(square.li.post(path, {"body": showing(*nine)}))
    assert [str(it) for it in await column("reply", UUID(made["id"]), "pictures")] == nine
    assert all([await hangs(medium) for medium in nine])
    alone = await done(square.li.post(path, {"body": f"![](media:{await uploaded(square.li)})"}))
    assert alone["state"] == "shown", "a picture says enough"
    ten = [await uploaded(square.li) for _ in range(PICTURES_MOST + 1)]
    others = (nine[0], await uploaded(square.zhao), await uploaded(square.li, kind="pdf"), str(uuid4()))
    for wrong in (ten, *[[ten[0], other] for other in others]):
        await refused(square.li.post(path, {"body": showing(*wrong)}), 422)
        assert not await hangs(ten[0])
    assert await column("thread", thread, "reply_count") == 2


async def test_pictures_follow_the_words(square: Square) -> None:
    thread = await square.thread()
    first, second, third = [await uploaded(square.li) for _ in range(3)]
    reply = await square.reply(thread, square.li, showing(first, second))
    path = f"/replies/{reply}"
    await done(square.li.patch(path, {"body": showing(second, third)}, headers=edit_of(1)))
    assert [await hangs(it) for it in (first, second, third)] == [None, True, True]
    # What others have seen is kept with the words it stood in.
    await execute("UPDATE reply SET created_at = created_at - interval '1 hour' WHERE id = $1", reply)
    await done(square.li.patch(path, {"body": showing(third)}, headers=edit_of(2)))
    assert [await hangs(it) for it in (second, third)] == [True, True]


async def test_so_many_are_mentioned_at_once(square: Square) -> None:
    thread = await square.thread()
    for count, status in ((MENTIONS_MOST, 201), (MENTIONS_MOST + 1, 422)):
        body = " ".join(f"[@邻居](account:{uuid4()})" for _ in range(count))
        answer = await square.li.post(f"/threads/{thread}/replies", {"body": f"请各位看一下 {body}"})
        assert answer.status_code == status, answer.text
