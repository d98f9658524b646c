"""A small Meilisearch on loopback: its paths, its tasks that end later, its errors. Not its ranking.

Every request is held against `meilisearch_shapes.json`, which says what Meilisearch's own OpenAPI file says; what is
not in there is a 400 here and a failed test. A real one answers wherever `LINLI_TEST_MEILISEARCH_URL` names it.
"""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import msgspec

from tests.loopback import Answer, Pace, Request, http, listening

SHAPES = msgspec.json.decode((Path(__file__).parent / "meilisearch_shapes.json").read_bytes())["requests"]
MOMENT = "2026-11-21T12:00:00Z"
EQUALS = re.compile(r'^(\w+) (=|>=|<) "?([^"]*)"?$')

Document = dict[str, Any]
Task = dict[str, Any]
Work = Callable[[], str | None]
"""Does a task's work; an error code when it can't be done."""


@dataclass
class Index:
    documents: dict[str, Document] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass
class MeilisearchService(Pace):
    """`next` answers once each in place of what is right. While `busy`, tasks wait; `forgets` the next task, as a crash
    does: it says yes and nothing comes of it. `fails` the next task with this code. `wrong`: what didn't fit."""

    url: str = ""
    key: str = "a-master-key"
    indexes: dict[str, Index] = field(default_factory=dict)
    tasks: list[Task] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    next: list[Answer] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    busy: bool = False
    forgets: bool = False
    fails: str | None = None
    _waiting: list[tuple[Task, Work]] = field(default_factory=list)

    def serve(self, request: Request) -> Answer:
        self.requests.append(request)
        if self.next:
            return self.next.pop(0)
        if request.headers.get("authorization") != f"Bearer {self.key}" and request.path != "/health":
            return _error(401, "missing_authorization_header")
        path = urlsplit(request.path).path
        operation, uid = _operation(request.method, path)
        if operation not in SHAPES:
            self.wrong.append(f"no such operation: {operation}")
            return _error(405, "method_not_allowed")
        body = msgspec.json.decode(request.body) if request.body else None
        problem = _problem(SHAPES[operation], body)
        if problem:
            self.wrong.append(f"{operation}: {problem}")
            return _error(400, "bad_request", problem)
        return self._answer(operation, uid, body, dict(parse_qsl(urlsplit(request.path).query)))

    def finish_tasks(self) -> None:
        """Does what waits, in order, as its scheduler does."""
        waiting, self._waiting = self._waiting, []
        for task, work in waiting:
            code = self.fails or work()
            self.fails = None
            task["status"] = "failed" if code else "succeeded"
            task["error"] = {"message": code, "code": code, "type": "invalid_request", "link": ""} if code else None
            task |= {"duration": "PT0.01S", "startedAt": MOMENT, "finishedAt": MOMENT}

    def _answer(self, operation: str, uid: str, body: Any, query: dict[str, str]) -> Answer:
        if operation == "GET /health":
            return _json({"status": "available"})
        if operation == "GET /tasks/{uid}":
            if not self.busy:
                self.finish_tasks()
            known = int(uid) < len(self.tasks)
            return _json(self.tasks[int(uid)]) if known else _error(404, "task_not_found")
        if operation == "POST /indexes":
            return self._later("indexCreation", body["uid"], lambda: self._create(body["uid"]))
        if operation == "POST /swap-indexes":
            return self._later("indexSwap", None, lambda: self._swap(*body[0]["indexes"]))
        if operation == "POST /multi-search":
            return self._search(body["queries"], body["federation"])
        if uid not in self.indexes and operation.startswith("GET"):
            return _error(404, "index_not_found")
        if operation == "GET /indexes/{uid}":
            return _json({"uid": uid, "primaryKey": "id", "createdAt": MOMENT, "updatedAt": MOMENT})
        if operation == "GET /indexes/{uid}/settings":
            return _json(self.indexes[uid].settings)
        if operation == "GET /indexes/{uid}/stats":
            count = len(self.indexes[uid].documents)
            return _json({"numberOfDocuments": count, "isIndexing": bool(self._waiting), "fieldDistribution": {}})
        return self._change(operation, uid, body, query)

    def _change(self, operation: str, uid: str, body: Any, query: dict[str, str]) -> Answer:
        if operation == "PATCH /indexes/{uid}/settings":
            return self._later("settingsUpdate", uid, lambda: self._set(uid, body))
        if operation.endswith("/documents") and operation.startswith(("POST", "PUT")):
            return self._later("documentAdditionOrUpdate", uid, lambda: self._put(uid, body))
        if operation.endswith("/delete-batch"):
            return self._later("documentDeletion", uid, lambda: self._drop(uid, body))
        if operation == "DELETE /indexes/{uid}":
            return self._later("indexDeletion", uid, lambda: self._delete(uid))
        return _error(405, "method_not_allowed")

    def _later(self, kind: str, uid: str | None, work: Work) -> Answer:
        task = {
            "uid": len(self.tasks), "indexUid": uid, "status": "enqueued", "type": kind, "enqueuedAt": MOMENT,
            "error": None, "details": {}, "duration": None, "startedAt": None, "finishedAt": None, "canceledBy": None,
        }  # fmt: skip
        self.tasks.append(task)
        if self.forgets:
            self.forgets = False
        else:
            self._waiting.append((task, work))
        return _json(
            {**{k: task[k] for k in ("indexUid", "status", "type", "enqueuedAt")}, "taskUid": task["uid"]}, 202
        )

    def _create(self, uid: str) -> str | None:
        if uid in self.indexes:
            return "index_already_exists"
        self.indexes[uid] = Index()
        return None

    def _swap(self, one: str, other: str) -> str | None:
        if one not in self.indexes or other not in self.indexes:
            return "index_not_found"
        self.indexes[one], self.indexes[other] = self.indexes[other], self.indexes[one]
        return None

    def _delete(self, uid: str) -> str | None:
        return None if self.indexes.pop(uid, None) else "index_not_found"

    def _set(self, uid: str, body: dict[str, Any]) -> str | None:
        self.indexes.setdefault(uid, Index()).settings |= body
        return None

    def _put(self, uid: str, documents: list[Document]) -> str | None:
        self.indexes.setdefault(uid, Index()).documents |= {document["id"]: document for document in documents}
        return None

    def _drop(self, uid: str, ids: list[str]) -> str | None:
        for name in ids:
            self.indexes[uid].documents.pop(name, None)
        return None

    def _search(self, queries: list[dict[str, Any]], federation: dict[str, Any]) -> Answer:
        """Federated: one list of what any query found, each document once, with its best score."""
        if any(query["indexUid"] not in self.indexes for query in queries):
            return _error(404, "index_not_found")
        best: dict[str, tuple[float, Document, Document]] = {}
        for place, query in enumerate(queries):
            weight = (query.get("federationOptions") or {}).get("weight", 1.0)
            for score, document in _found(query, self.indexes[query["indexUid"]]):
                shown = _cut(document, query.get("attributesToRetrieve") or ["*"])
                shown["_federation"] = {"indexUid": query["indexUid"], "queriesPosition": place}
                if document["id"] not in best or score * weight > best[document["id"]][0]:
                    best[document["id"]] = (score * weight, document, shown)
        kept = sorted(best.values(), key=lambda it: (-it[0], it[1]["id"]))
        offset, limit = federation["offset"], federation["limit"]
        counted = {
            uid: {"distribution": _facets([document for _, document, _ in kept], names), "stats": {}}
            for uid, names in (federation.get("facetsByIndex") or {}).items()
        }
        answer = {
            "hits": [shown for _, _, shown in kept[offset : offset + limit]], "processingTimeMs": 1, "limit": limit,
            "offset": offset, "estimatedTotalHits": len(kept), "facetsByIndex": counted,
        }  # fmt: skip
        return _json(answer)


def _operation(method: str, path: str) -> tuple[str, str]:
    """As the shapes name it, and what stands for the uid."""
    parts = path.strip("/").split("/")
    uid = parts[1] if len(parts) > 1 else ""
    if uid:
        parts[1] = "{uid}"
    return f"{method} /{'/'.join(parts)}", uid


def _problem(shape: dict[str, Any] | None, body: Any) -> str | None:
    if shape is None:
        return None if body is None else "no body belongs here"
    try:
        jsonschema_rs.validate(shape, body)
    except jsonschema_rs.ValidationError as error:
        return error.message
    return None


def _found(query: dict[str, Any], index: Index) -> list[tuple[float, Document]]:
    """Those that pass the filter, with the share of the words that they have; with `all`, those that have all."""
    words = (query.get("q") or "").casefold().split()
    least = len(words) if query.get("matchingStrategy") == "all" else min(1, len(words))
    filterable = index.settings.get("filterableAttributes", [])
    names = query.get("attributesToSearchOn") or index.settings.get("searchableAttributes") or []
    passing = [it for it in index.documents.values() if _passes(it, query.get("filter") or [], filterable)]
    counted = [(_count(words, document, names), document) for document in passing]
    return [(count / max(1, len(words)), document) for count, document in counted if count >= least]


def _count(words: list[str], document: Document, names: list[str]) -> int:
    """How many of the words it has; the last one may be unfinished."""
    text = " " + " ".join(str(document.get(name) or "") for name in names).casefold() + " "
    return sum(f" {word}" in text for word in words)


def _passes(document: Document, conditions: list[Any], filterable: list[str]) -> bool:
    """A list is `and`, a list within it `or`."""
    return all(
        any(_holds(document, one, filterable) for one in (it if isinstance(it, list) else [it])) for it in conditions
    )


def _holds(document: Document, condition: str, filterable: list[str]) -> bool:
    matched = EQUALS.match(condition)
    assert matched, condition
    name, sign, wanted = matched.groups()
    assert name in filterable, f"{name} can't be filtered by"
    value = document.get(name)
    if sign == "=":
        return wanted in map(str, value if isinstance(value, list) else [value])
    return value is not None and (float(value) >= float(wanted) if sign == ">=" else float(value) < float(wanted))


def _facets(documents: list[Document], names: list[str]) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {name: {} for name in names}
    for document in documents:
        for name in names:
            value = document.get(name)
            for one in value if isinstance(value, list) else [value]:
                if one is not None:
                    counted[name][str(one)] = counted[name].get(str(one), 0) + 1
    return counted


def _cut(document: Document, wanted: list[str]) -> Document:
    return document.copy() if wanted == ["*"] else {name: document.get(name) for name in wanted}


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, msgspec.json.encode(value))


def _error(status: int, code: str, message: str = "") -> Answer:
    return _json({"message": message or code, "code": code, "type": "invalid_request", "link": ""}, status)


@asynccontextmanager
async def meilisearch_service() -> AsyncIterator[MeilisearchService]:
    service = MeilisearchService()
    async with listening(http(service.serve, service)) as port:
        service.url = f"http://127.0.0.1:{port}"
        yield service
