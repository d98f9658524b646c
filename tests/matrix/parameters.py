"""What each parameter of a route is filled with, by its name. A route with an unknown one fails the test."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
from litestar.handlers import BaseRouteHandler

from backend.core.auth import RULE
from tests.matrix.world import Actor, World

LEFT_OUT = object()
SOON = (datetime.now(UTC) + timedelta(days=3)).isoformat()

OBJECTS: dict[str, str] = {
    "community_id": "community",
    "home_id": "home",
    "parent": "building",
    "session_id": "session",
    "verification_id": "verification",
    "media_id": "medium",
    "medium_id": "evidence",
    "evidence_media_ids": "medium",
    "grant_id": "grant",
    "role_id": "grant",
    "import_id": "import",
    "organisation_id": "organisation",
    "notice_id": "notice",
    "place_id": "building",
    "place_ids": "building",
    "account_id": "worker",
    "board_id": "board",
    "thread_id": "thread",
    "into_id": "another thread",
    "post_id": "thread",
    "subject_id": "thread",
    "reply_id": "reply",
    "reply_ids": "reply",
    "poll_id": "poll",
    "elector_id": "elector",
    "draft_id": "draft",
    "case_id": "case",
    "sanction_id": "sanction",
    "word_id": "word",
    "synonym_id": "synonym",
    "building_id": "building",
    "estate_id": "estate",
}
"""Parameters that name something: each is filled with one's own, a neighbour's, a foreign and an absent one."""

VALUES: dict[str, Any] = {
    "committee_phone": LEFT_OUT,
    "limit": LEFT_OUT,
    "cursor": LEFT_OUT,
    "standing": LEFT_OUT,
    "state": LEFT_OUT,
    "q": LEFT_OUT,
    "sort": LEFT_OUT,
    "action": LEFT_OUT,
    "about": LEFT_OUT,
    "author_id": LEFT_OUT,
    "since": LEFT_OUT,
    "until": LEFT_OUT,
    "dry_run": "true",
    "variant": "320",
    "path": "nothing-here.txt",
    "code": "000000",
    "device": {"platform": "ios", "name": "测试手机"},
    "refresh_in": "body",
    "refresh_token": "x" * 43,
    "nickname": "小王",
    "locale": "zh-CN",
    "ui_mode": "standard",
    "theme": "auto",
    "real_name": "李小芳",
    "relation": "owner",
    "lease_ends_on": LEFT_OUT,
    "note": "重拍了",
    "move_person": False,
    "reason": "核对身份",
    "role": "org_member",
    "ends_at": LEFT_OUT,
    "display_name_style": "nickname",
    "district": "西湖区",
    "show": LEFT_OUT,
    "tab": LEFT_OUT,
    "item_ids": [],
    "kinds": [],
    "quiet_hours": {"on": True, "starts": "22:00", "ends": "07:00"},
    "platform": "ios",
    "push_token": LEFT_OUT,
    "subscription": LEFT_OUT,
    "stream": "notice",
    "title": "明天停水",
    "body": "上午九点到十一点停水，请您提前接好水。",
    "priority": "important",
    "is_public": False,
    "ack_required": True,
    "audience": {"places": [], "groups": []},
    "attachment_media_ids": [],
    "starts_at": LEFT_OUT,
    "pinned_until": LEFT_OUT,
    "told": "本人",
    "version": LEFT_OUT,
    "visited_at": LEFT_OUT,
    "channel": "push",
    "description": "一起商量",
    "read_by": "community",
    "post_by": "residents",
    "position": 3,
    "archived": LEFT_OUT,
    "order": LEFT_OUT,
    "kind": LEFT_OUT,
    "at": LEFT_OUT,
    "poll": LEFT_OUT,
    "issue": LEFT_OUT,
    "parent_id": LEFT_OUT,
    "quoted_id": LEFT_OUT,
    "quoted_text": LEFT_OUT,
    "number": 1,
    "level": "watching",
    "emoji": "thanks",
    "seconds": 60,
    "content": {"title": "写了一半"},
    "question": "先做哪一项？",
    "options": ["加装长椅", "沙坑换软垫"],
    "method": "single",
    "choices_most": 1,
    "counted_by": "person",
    "is_secret": False,
    "quorum": "none",
    "results": "live",
    "receipt": "0000-0000-0000",
    "move": "acknowledge",
    "subject_kind": "thread",
    "comment": "请看看",
    "text": "我觉得这样处理不合适。",
    "verdict": "hide",
    "sentence": "请文明发言。",
    "rule": "respect",
    "penalty": "warn",
    "outcome": "upheld",
    "tag": LEFT_OUT,
    "is_active": True,
    "span": LEFT_OUT,
    "days": LEFT_OUT,
    "words": ["电梯", "升降机"],
}
"""The rest, the same for everybody."""

PLACED: dict[tuple[str, str], Any] = {
    ("path", "kind"): "thread",
    ("POST /api/v1/reports", "reason"): "abuse",
    ("PATCH /api/v1/threads/{thread_id}", "title"): "明天上午停水两小时",
    ("POST /api/v1/boards/{board_id}/threads", "kind"): "discussion",
    ("POST /api/v1/boards/{board_id}/threads", "title"): "明天上午停水两小时",
    ("POST /api/v1/threads/{thread_id}/splits", "title"): "单独说说楼道的事",
    ("POST /api/v1/boards/{board_id}/threads", "draft_id"): LEFT_OUT,
    ("POST /api/v1/threads/{thread_id}/replies", "draft_id"): LEFT_OUT,
    ("PUT /api/v1/desk/search-gaps/seen", "words"): "电梯",
    ("POST /api/v1/desk/watched-words", "action"): "hold",
    ("PATCH /api/v1/desk/watched-words/{word_id}", "action"): "block",
    ("GET /api/v1/search", "q"): "电梯",
    ("GET /api/v1/search", "board_id"): LEFT_OUT,
    ("GET /api/v1/search", "building_id"): LEFT_OUT,
    ("GET /api/v1/search/suggestions", "q"): "电梯",
    ("GET /api/v1/communities/{community_id}/similar-threads", "title"): "楼道里堆了杂物",
    ("POST /api/v1/communities/{community_id}/boards", "estate_id"): LEFT_OUT,
    ("POST /api/v1/threads/{thread_id}/replies", "organisation_id"): LEFT_OUT,
    ("POST /api/v1/boards/{board_id}/threads", "organisation_id"): LEFT_OUT,
    ("PUT /api/v1/threads/{thread_id}/pin", "until"): SOON,
    ("POST /api/v1/threads/{thread_id}/poll", "place_ids"): [],
}
"""What a place or a route wants filled in its own way."""

FORMS: dict[str, dict[str, Any]] = {
    "POST /api/v1/media": {"fields": {"purpose": "evidence"}, "file": ("a.jpg", b"no picture", "image/jpeg")},
}
"""Routes that read a form as it arrives, which no signature shows."""
FILE = ("a.csv", "小区,楼栋,单元,户\n翠湖园,1幢,1单元,101\n".encode(), "text/csv")
"""What a body's field `file` is filled with; such a body is a form."""

OURS = ("request", "caller", "data", "socket", "scope", "headers")


@dataclass
class Call:
    """One request, ready to be sent."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    form: dict[str, Any] | None = None

    def options(self) -> dict[str, Any]:
        if self.form is not None:
            return {"data": self.form["fields"], "files": {"file": self.form["file"]}}
        return {"json": self.body} if self.body is not None else {}


@dataclass(frozen=True)
class Route:
    """A handler at a path: what it asks of its caller, and the names of all that it takes."""

    method: str
    path: str
    rule: str
    path_names: tuple[str, ...]
    query_names: tuple[str, ...]
    body_type: type[msgspec.Struct] | None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def body_names(self) -> tuple[str, ...]:
        return self.body_type.__struct_fields__ if self.body_type else ()

    @property
    def object_names(self) -> list[str]:
        names = [*self.path_names, *self.query_names, *self.body_names]
        return [name for name in names if name in OBJECTS]

    def unknown_names(self) -> list[str]:
        names = [*self.path_names, *self.query_names, *self.body_names]
        known = OBJECTS.keys() | VALUES.keys() | MADE.keys() | {"file"}
        return [name for name in names if name not in known]

    async def call(self, world: World, actor: Actor, relation: str) -> Call:
        async def value(place: str, name: str) -> Any:
            for own in ((self.name, name), (place, name)):
                if own in PLACED:
                    return PLACED[own]
            if name in OBJECTS:
                found = str(await world.target(OBJECTS[name], relation, actor))
                return [found] if name.endswith("_ids") else found
            return MADE[name](world, relation) if name in MADE else VALUES[name]

        async def filled(place: str, names: tuple[str, ...]) -> dict[str, Any]:
            found = {name: await value(place, name) for name in names}
            return {name: it for name, it in found.items() if it is not LEFT_OUT}

        path = self.path
        for name, it in (await filled("path", self.path_names)).items():
            path = path.replace("{" + name + "}", str(it))
        call = Call(self.method, path, await filled("query", self.query_names))
        if "file" in self.body_names:
            call.form = {
                "fields": await filled("body", tuple(it for it in self.body_names if it != "file")),
                "file": FILE,
            }
        elif self.body_type is not None:
            call.body = await filled("body", self.body_names)
        else:
            call.form = FORMS.get(self.name)
        return call


MADE: dict[str, Any] = {
    "phone": lambda world, relation: world.phone(relation),
    "admin_phone": lambda world, relation: world.phone(relation),
    "id_number": lambda world, _: world.new_id_number(),
    "name": lambda *_: f"社区{uuid4().hex[:12]}",
    "word": lambda *_: f"词{uuid4().hex[:8]}",
    "closes_at": lambda *_: SOON,
    "choices": lambda *_: [str(uuid4())],
}


def routes_of(path: str, handler: BaseRouteHandler) -> list[Route]:
    """One for each method."""
    parameters = handler.parsed_fn_signature.parameters
    path_names = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
    body = parameters["data"].annotation if "data" in parameters else None
    query = tuple(name for name in parameters if name not in (*OURS, *path_names))
    methods = sorted(set(getattr(handler, "http_methods", {"GET"})) - {"OPTIONS", "HEAD"})
    return [Route(method, path, handler.opt[RULE], path_names, query, body) for method in methods]
