"""Every screen of both clients: who looks at it, where it is, what shows that it is there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count

from tests.browser.visitor import Visitor
from tests.browser.ways import COMMUNITY, WALK, choose_home

_strangers = count(300)
Step = Callable[[Visitor], Awaitable[None]]


@dataclass(frozen=True)
class Screen:
    """`ready` is what has to be seen; `first` is done on arriving, to bring the screen into its state."""

    name: str
    path: str
    ready: str
    first: Step | None = None


def field_of(hook: str) -> str:
    return f'[data-test="{hook}"]'


async def type_wrong_number(phone: Visitor) -> None:
    await phone.fill("phone", "12345")
    await phone.tap("send-code")


async def ask_for_code(phone: Visitor) -> None:
    # Each time for another phone: the same one has to wait a minute.
    await phone.fill("phone", f"139{next(_strangers):08}")
    await phone.tap("send-code")


def walk_to(*walk: str) -> Step:
    """Down the addresses, from the list of communities."""

    async def go(phone: Visitor) -> None:
        await phone.hook("community").filter(has_text=COMMUNITY).click()
        for step in walk:
            await phone.page.locator(f'[data-test="address"][data-name="{step}"]').click()

    return go


async def reach_form(phone: Visitor) -> None:
    await choose_home(phone, 3)


async def send_empty_form(phone: Visitor) -> None:
    await choose_home(phone, 3)
    next_step = phone.hook("verify-next")
    await (next_step if await next_step.count() else phone.hook("submit-verification")).click()


def tapping(*hooks: str) -> Step:
    async def tap(visitor: Visitor) -> None:
        for hook in hooks:
            await visitor.tap(hook)

    return tap


async def open_account(desk: Visitor) -> None:
    await desk.page.keyboard.press("Escape")
    await desk.tap("account")


async def try_a_table(desk: Visitor) -> None:
    table = "小区,楼栋,单元,户,面积\n新苑,1幢,1单元,101,88.5\n新苑,1幢,1单元,,70\n新苑,1幢,1单元,102,很大\n"
    await desk.hook("file").set_input_files({"name": "新苑.csv", "mimeType": "text/csv", "buffer": table.encode()})


NOBODY = (
    Screen("welcome", "/#/welcome", field_of("phone")),
    Screen("welcome-wrong", "/#/welcome", ".field.wrong", type_wrong_number),
    Screen("code", "/#/welcome", field_of("code"), ask_for_code),
    Screen("display", "/#/me/display", field_of("mode-standard")),
)
NEWCOMER = (
    Screen("communities", "/#/communities", field_of("community")),
    Screen("guest-home", "/#/home", field_of("needs-begin")),
    Screen("none-verification", "/#/verification", ".empty"),
    Screen("estates", "/#/communities", '[data-kind="estate"]', walk_to()),
    Screen("buildings", "/#/communities", '[data-kind="building"]', walk_to(*WALK[:1])),
    Screen("homes", "/#/communities", '[data-kind="home"]', walk_to(*WALK)),
    Screen("verify", "/#/communities", field_of("chosen-home"), reach_form),
    Screen("verify-wrong", "/#/communities", '[aria-invalid="true"]', send_empty_form),
    Screen("guest-me", "/#/me", field_of("me-card")),
)
WAITING = (
    Screen("waiting", "/#/verification", '[data-state="claimed"]'),
    Screen("waiting-home", "/#/home", field_of("needs-waiting")),
)
ASKED = (
    Screen("needs-more", "/#/verification", '[data-state="needs_more"]'),
    Screen("needs-more-home", "/#/home", field_of("needs-needs_more")),
)
REJECTED = (
    Screen("rejected", "/#/verification", '[data-state="rejected"]'),
    Screen("rejected-home", "/#/home", field_of("needs-rejected")),
)
RESIDENT = (
    Screen("approved", "/#/verification", '[data-state="approved"]'),
    Screen("home", "/#/home", '[data-test="newest"], .rooms'),
    Screen("market", "/#/market", field_of("room-market")),
    Screen("mutual", "/#/mutual", field_of("room-mutual")),
    Screen("me", "/#/me", field_of("me-card")),
    Screen("notifications", "/#/me/notifications", field_of("quiet-on")),
    Screen("doors-not-mine", "/#/doors", ".empty"),
    Screen("profile", "/#/me/profile", field_of("nickname")),
    Screen("privacy", "/#/me/privacy", ".rows"),
    Screen("devices", "/#/me/devices", field_of("device")),
    Screen("access-log", "/#/me/access-log", field_of("access-line")),
    Screen("my-data", "/#/me/data", field_of("export")),
    Screen("switch", "/#/communities", field_of("add-home")),
)


async def next_of_writing(phone: Visitor) -> None:
    """Through the form to its last step: one tap, or two in 长辈版."""
    await phone.fill("notice-title", "周日下午修门禁")
    await phone.fill("notice-text", "周日下午两点到四点修 3 幢门禁，那时门会开着，请照看好家里。")
    await phone.tap("write-next")
    if await phone.hook("write-next").count():
        await phone.tap("write-next")


async def open_places(phone: Visitor) -> None:
    if not await phone.hook("to-some").is_visible():
        await phone.tap("write-back")
    await phone.page.locator('label:has([data-test="to-some"])').click()
    await phone.tap("open-place")


def notices_of_a_neighbour(told: dict[str, str]) -> tuple[Screen, ...]:
    """`told` are the board's notices by what they show."""
    return (
        Screen("home-notices", "/#/home", ".notice-card"),
        Screen("notices", "/#/notices", field_of("notice")),
        Screen("news", "/#/notices?stream=news", field_of("notice")),
        Screen("notices-mine", "/#/notices?show=mine", field_of("notice")),
        Screen("notices-none", "/#/notices?q=没有这个词", field_of("empty")),
        Screen("notice", f"/#/notices/{told['asks']}", field_of("acknowledge")),
        Screen("notice-urgent", f"/#/notices/{told['urgent']}", field_of("notice-body")),
        Screen("notice-returned", f"/#/notices/{told['returned']}", field_of("reason")),
        Screen("notice-hidden", "/#/notices/01900000-0000-7000-8000-000000000000", field_of("notice-hidden")),
        Screen("notice-write", "/#/notices/new", field_of("notice-title")),
        Screen("notice-wrong", "/#/notices/new", '[aria-invalid="true"]', tapping("write-next")),
        Screen("notice-preview", "/#/notices/new", field_of("preview"), next_of_writing),
        Screen("notice-edit", f"/#/notices/{told['returned']}/edit", field_of("reason")),
        Screen("inbox", "/#/inbox", field_of("inbox-item")),
    )


def doors_of_a_worker(told: dict[str, str]) -> tuple[Screen, ...]:
    return (
        Screen("home-worker", "/#/home", '[data-test="newest"], .rooms'),
        Screen("doors", "/#/doors", field_of("door-list")),
        Screen("door-walk", f"/#/doors/{told['doors']}", field_of("door")),
        Screen("door-who", f"/#/doors/{told['doors']}", field_of("told-self"), tapping("tick")),
    )


def notices_of_a_guest(told: dict[str, str]) -> tuple[Screen, ...]:
    return (
        Screen("guest-notice", f"/#/notices/{told['urgent']}", field_of("notice-body")),
        Screen("guest-no-notice", f"/#/notices/{told['asks']}", field_of("notice-sign-in")),
    )


DESK_NOBODY = (Screen("desk-sign-in", "/desk", field_of("phone")),)
DESK_STRANGER = (Screen("desk-no-desk", "/desk", field_of("no-desk")),)
DESK_TREASURER = (Screen("desk-nothing", "/desk", field_of("nothing")),)


def desk_admin(claimed: str, conflict: str) -> tuple[Screen, ...]:
    """What the committee's admin sees; both applications are claimed by them, one is somebody already registered."""
    return (
        Screen("desk-queue", "/desk#/verifications", field_of("row")),
        Screen("desk-columns", "/desk#/verifications", field_of("column-home"), tapping("columns")),
        Screen("desk-detail", f"/desk#/verifications/{claimed}", field_of("approve")),
        Screen("desk-approve", f"/desk#/verifications/{claimed}", field_of("told"), tapping("approve")),
        Screen("desk-reject", f"/desk#/verifications/{claimed}", field_of("reason"), tapping("cancel", "reject")),
        Screen("desk-reveal", f"/desk#/verifications/{claimed}", field_of("reveal-reason"), tapping("reveal")),
        Screen("desk-photo", f"/desk#/verifications/{claimed}", field_of("picture"), tapping("photo")),
        Screen("desk-conflict", f"/desk#/verifications/{conflict}", field_of("conflict")),
        Screen("desk-counter", "/desk#/counter", field_of("address-estate")),
        Screen("desk-counter-wrong", "/desk#/counter", ".bad", tapping("counter-send")),
        Screen("desk-imports", "/desk#/imports", field_of("drop")),
        Screen("desk-import-tried", "/desk#/imports", field_of("errors"), try_a_table),
        Screen("desk-roles", "/desk#/roles", field_of("role-line")),
        Screen("desk-grant", "/desk#/roles", field_of("grant-dialog"), tapping("grant")),
        Screen("desk-community", "/desk#/community", field_of("preview")),
        Screen("desk-audit", "/desk#/audit", field_of("audit")),
        Screen("desk-keys", "/desk#/audit", field_of("key-help"), tapping("keys")),
        Screen("desk-account", "/desk#/counter", field_of("theme"), open_account),
    )


def notices_at_the_desk(told: dict[str, str]) -> tuple[Screen, ...]:
    """What the committee's admin sees of notices; all but the neighbour's two are out."""
    one, coverage = f"/desk#/notices/{told['waiting']}", f"/desk#/notices/{told['doors']}/coverage"
    return (
        Screen("desk-notices", "/desk#/notices", field_of("notice-row")),
        Screen("desk-notices-none", "/desk#/notices?q=没有这个词", field_of("empty")),
        Screen("desk-notice", one, field_of("approve")),
        Screen("desk-notice-approve", one, field_of("told"), tapping("approve")),
        Screen("desk-notice-return", one, field_of("reason"), tapping("cancel", "return")),
        Screen("desk-notice-out", f"/desk#/notices/{told['urgent']}?tab=published", field_of("to-coverage")),
        Screen("desk-write", "/desk#/notices/new", field_of("write")),
        Screen("desk-write-wrong", "/desk#/notices/new", ".bad", tapping("where-some", "who-some", "write-send")),
        Screen("desk-coverage", coverage, field_of("tile")),
        Screen("desk-coverage-doors", coverage, field_of("told-who"), tapping("tile", "tick")),
        Screen("desk-coverage-table", coverage, field_of("coverage-table"), tapping("view-table")),
        Screen("desk-remind", coverage, field_of("remind"), tapping("remind-open")),
        Screen("desk-sheet", f"/desk#/notices/{told['doors']}/sheet", field_of("sheet")),
        Screen("desk-doors", "/desk#/doors", field_of("door-list")),
        Screen("desk-grids", "/desk#/grids", field_of("grid")),
        Screen("desk-grid", "/desk#/grids", field_of("place"), tapping("assign")),
    )


DOCS = (Screen("api-docs", "/api/docs", field_of("operation")),)
