"""The forum's screens on the phone: who looks, where, what shows that it is there."""

from tests.browser.screens import Screen, field_of, tapping
from tests.browser.visitor import Visitor

ABSENT = "01900000-0000-7000-8000-000000000000"


async def open_first_menu(phone: Visitor) -> None:
    await phone.page.locator('#post-1 [data-test="post-more"]').click()


async def forum_settings(phone: Visitor) -> None:
    """In 长辈版 they are a step of their own."""
    await phone.sees("thread-title")
    await phone.fill("thread-title", "小花园的长椅坏了一条腿")
    await phone.fill("thread-text", "从东门进来第二张长椅，**老人坐上去会晃**，请留意。")
    if not await phone.hook("kind-poll").count():
        await phone.tap("publish-thread")


async def write_and_preview(phone: Visitor) -> None:
    await forum_settings(phone)
    await phone.page.locator('label:has([data-test^="board-"])').first.click()
    await phone.tap("show-preview")


async def answer_and_name(phone: Visitor) -> None:
    await phone.page.locator('#post-1 [data-test="reply-to"]').click()
    await phone.hook("reply-text").click()
    await phone.tap("mention")


async def find_another(phone: Visitor) -> None:
    await phone.fill("find-thread", "遛狗")
    await phone.hook("found-thread").filter(has_text="遛狗时间").first.click()


async def tick_two(phone: Visitor) -> None:
    for number in (1, 4):
        await phone.page.locator(f'label:has([data-test="split-tick"][data-number="{number}"])').click()


def forum_of_a_neighbour(told: dict[str, str]) -> tuple[Screen, ...]:
    # The same address twice in a row is the same screen, as the one before left it.
    long = f"/#/threads/{told['long']}"
    return (
        Screen("forum", "/#/forum", field_of("thread")),
        Screen("forum-none", "/#/forum?show=watching", field_of("empty")),
        Screen("board", f"/#/boards/{told['board']}", field_of("thread")),
        Screen("thread", long, field_of("post-body")),
        Screen("thread-question", f"/#/threads/{told['question']}", field_of("accepted")),
        Screen("thread-menu", long, field_of("share"), tapping("thread-more")),
        Screen("thread-issue", f"/#/threads/{told['issue']}", field_of("issue")),
        Screen("thread-post-menu", long, field_of("post-menu"), open_first_menu),
        Screen("thread-poll", f"/#/threads/{told['poll']}", field_of("poll")),
        Screen("thread-answer", long, field_of("mention-choice"), answer_and_name),
        Screen("thread-official", f"{long}?at=official", field_of("official")),
        Screen("thread-locked", f"/#/threads/{told['locked']}", field_of("thread-line")),
        Screen("thread-hidden", f"/#/threads/{ABSENT}", field_of("thread-hidden")),
        Screen("thread-history", f"/#/threads/{told['long']}/history", field_of("version")),
        Screen("write-wrong", "/#/forum/new", '[aria-invalid="true"]', tapping("publish-thread")),
        Screen("forum-drafts", "/#/forum/drafts", f"{field_of('draft')}, {field_of('empty')}"),
        Screen("write-thread", "/#/forum/new", field_of("publish-thread"), forum_settings),
        Screen("forum-bookmarks", "/#/forum/bookmarks", f"{field_of('bookmark-row')}, {field_of('empty')}"),
        Screen("write-thread-preview", "/#/forum/new", field_of("preview"), write_and_preview),
        Screen("home-forum", "/#/home", f"{field_of('home-threads')}, .rooms"),
    )


def forum_of_a_moderator(told: dict[str, str]) -> tuple[Screen, ...]:
    at = f"/#/threads/{told['long']}"
    return (
        Screen("thread-manage", f"{at}/manage", field_of("to-merge")),
        Screen("thread-merge", f"{at}/merge", field_of("merge-preview"), find_another),
        Screen("thread-split", f"{at}/split", field_of("split-preview"), tick_two),
        Screen("thread-stays", f"/#/threads/{told['issue']}/merge", field_of("not-this-kind")),
    )


def forum_of_a_guest(told: dict[str, str]) -> tuple[Screen, ...]:
    return (
        Screen("guest-thread", f"/#/threads/{told['long']}", field_of("thread-guest")),
        Screen("guest-no-thread", f"/#/threads/{ABSENT}", field_of("thread-sign-in")),
    )
