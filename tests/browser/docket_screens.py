"""The desk's screens for whoever looks after the forum, and what shows that each is there."""

from tests.browser.screens import Screen, field_of, tapping
from tests.browser.visitor import Visitor


async def hide(desk: Visitor) -> None:
    await desk.tap("hide")
    await desk.hook("ready-made").first.click()


async def mute(desk: Visitor) -> None:
    await hide(desk)
    await desk.tap("penalty-mute")


async def decide_together(desk: Visitor) -> None:
    await desk.hook("choose-all").first.click()
    await desk.tap("bulk-decide")
    await desk.hook("ready-made").first.click()


async def try_a_text(desk: Visitor) -> None:
    await desk.fill("try-text", "有人介绍刷 单兼职，还说再不还就来砸门。")
    await desk.tap("try-send")


async def open_paper(desk: Visitor) -> None:
    await desk.tap("enter-paper")
    await desk.tap("paper-option")


async def answer(desk: Visitor) -> None:
    await desk.tap("respond-open")
    await desk.fill("respond-text", "周四请师傅来紧一遍，松得厉害的先拉上围带。")
    await desk.tap("move-acknowledge")


async def raise_one(desk: Visitor) -> None:
    await desk.tap("raise-open")
    await desk.tap("raise-send")


async def begin_synonym(desk: Visitor) -> None:
    await desk.tap("add-synonym")
    await desk.fill("synonym-word", "电梯，升降梯，")


def forum_at_the_desk(told: dict[str, str]) -> tuple[Screen, ...]:
    """What the committee's admin sees."""
    case, poll = f"/desk#/cases/{told['case']}", f"/desk#/polls/{told['poll']}"
    return (
        Screen("desk-cases", "/desk#/cases", field_of("case-row")),
        Screen("desk-cases-none", "/desk#/cases?q=没有这个词", field_of("empty")),
        Screen("desk-case-open", "/desk#/cases", field_of("open-case-wrong"), tapping("open-case", "open-case-send")),
        Screen("desk-cases-together", "/desk#/cases", field_of("together"), decide_together),
        Screen("desk-cases-appeals", "/desk#/cases?tab=appeals", field_of("case-row")),
        Screen("desk-case", case, field_of("snapshot")),
        Screen("desk-case-note", case, field_of("note-form"), tapping("note-write")),
        Screen("desk-case-hide", case, field_of("told"), hide),
        Screen("desk-case-mute", case, field_of("ladder"), tapping("cancel", "hide", "penalty-mute")),
        Screen("desk-case-appeal", f"/desk#/cases/{told['appeal']}?tab=appeals", field_of("appeal")),
        Screen(
            "desk-case-overturn", f"/desk#/cases/{told['appeal']}?tab=appeals", field_of("told"), tapping("overturn")
        ),
        Screen("desk-case-decided", f"/desk#/cases/{told['decided']}?tab=decided", field_of("outcome")),
        Screen("desk-log", "/desk#/log", field_of("log-line")),
        Screen("desk-words", "/desk#/words", field_of("word-row")),
        Screen("desk-words-tried", "/desk#/words", field_of("tried"), try_a_text),
        Screen("desk-word-add", "/desk#/words", field_of("word-form"), tapping("add-word")),
        Screen("desk-polls", "/desk#/polls", field_of("poll-row")),
        Screen("desk-poll", poll, field_of("elector")),
        Screen("desk-poll-paper", poll, field_of("paper-choices"), open_paper),
        Screen("desk-poll-closing", poll, field_of("ending"), tapping("close", "close-poll")),
        Screen("desk-issues", "/desk#/issues", field_of("issue-row")),
        Screen("desk-issue", f"/desk#/issues/{told['issue']}", field_of("issue-steps")),
        Screen("desk-issue-answer", f"/desk#/issues/{told['issue']}", field_of("told-followers"), answer),
        Screen("desk-issue-raise", "/desk#/issues", field_of("raise-wrong"), raise_one),
        Screen("desk-boards", "/desk#/boards", field_of("board")),
        Screen("desk-board", "/desk#/boards", field_of("board-form"), tapping("edit-board")),
        Screen("desk-synonyms", "/desk#/synonyms", field_of("synonym")),
        Screen("desk-synonym", "/desk#/synonyms", field_of("synonym-form"), begin_synonym),
        Screen("desk-gaps", "/desk#/gaps", f"{field_of('gap')}, {field_of('empty')}"),
    )
