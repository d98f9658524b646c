"""What each parameter of a route is filled with, by its name. A route with an unknown one fails the test."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import msgspec
from litestar.handlers import BaseRouteHandler

from backend.core.auth import RULE
from tests.matrix.world import Actor, World

LEFT_OUT = object()

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
}
"""The rest, the same for everybody."""

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
        async def value(name: str) -> Any:
            if name in OBJECTS:
                found = str(await world.target(OBJECTS[name], relation, actor))
                return [found] if name.endswith("_ids") else found
            return MADE[name](world, relation) if name in MADE else VALUES[name]

        async def filled(names: tuple[str, ...]) -> dict[str, Any]:
            found = {name: await value(name) for name in names}
            return {name: it for name, it in found.items() if it is not LEFT_OUT}

        path = self.path
        for name, it in (await filled(self.path_names)).items():
            path = path.replace("{" + name + "}", str(it))
        call = Call(self.method, path, await filled(self.query_names))
        if "file" in self.body_names:
            call.form = {"fields": await filled(tuple(it for it in self.body_names if it != "file")), "file": FILE}
        elif self.body_type is not None:
            call.body = await filled(self.body_names)
        else:
            call.form = FORMS.get(self.name)
        return call


MADE: dict[str, Any] = {
    "phone": lambda world, relation: world.phone(relation),
    "admin_phone": lambda world, relation: world.phone(relation),
    "id_number": lambda world, _: world.new_id_number(),
    "name": lambda *_: f"社区{uuid4().hex[:12]}",
}


def routes_of(path: str, handler: BaseRouteHandler) -> list[Route]:
    """One for each method."""
    parameters = handler.parsed_fn_signature.parameters
    path_names = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
    body = parameters["data"].annotation if "data" in parameters else None
    query = tuple(name for name in parameters if name not in (*OURS, *path_names))
    methods = sorted(set(getattr(handler, "http_methods", {"GET"})) - {"OPTIONS", "HEAD"})
    return [Route(method, path, handler.opt[RULE], path_names, query, body) for method in methods]
