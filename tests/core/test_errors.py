"""Every way of saying no has its sentence in both languages, and every sentence is said somewhere."""

import ast
import importlib
import json
import pkgutil
import re
from pathlib import Path
from string import Formatter

import pytest

import backend
import search
from backend.core.errors import Conflict, FieldError, Invalid, Refusal, TooMany, Unavailable
from backend.core.sentences import LOCALES, catalogue, pick_locale, sentence, spoken_wait
from backend.inbox.rules import KINDS

ROOT = Path(backend.__file__).parent
SEARCH = Path(search.__file__).parent
KINDS_BY_STATUS = {400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 415, 422, 428, 429, 431, 503}


def refusals() -> list[type[Refusal]]:
    packages = [*pkgutil.walk_packages([str(ROOT)], "backend."), *pkgutil.walk_packages([str(SEARCH)], "search.")]
    for module in packages:
        if module.name.endswith(".errors") or module.name.startswith("backend.core."):
            importlib.import_module(module.name)
    found, waiting = [], [Refusal]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return found


def sources() -> list[Path]:
    return [*ROOT.rglob("*.py"), *SEARCH.rglob("*.py")]


def literals() -> str:
    """Every string constant of the code: codes are written out where they are used, be it within SQL."""
    return "\n".join(
        node.value
        for file in sources()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def field_codes() -> set[str]:
    calls = (
        node
        for file in sources()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "FieldError"
    )
    named = [call.args[1] for call in calls if len(call.args) > 1]
    return {arg.value for arg in named if isinstance(arg, ast.Constant)}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_its_sentence(locale: str) -> None:
    codes = {kind.code for kind in refusals()} | field_codes()
    assert sorted(codes - catalogue(locale).keys()) == []


def test_no_sentence_is_orphaned() -> None:
    said = literals()
    assert sorted(code for code in catalogue("zh-CN") if code not in said and not told_of(code)) == []


def told_of(code: str) -> bool:
    """Whether it is put together from a kind of the inbox: `inbox.KIND[.state].title|body[.many]`."""
    return any(code.startswith((f"inbox.{kind}.", f"inbox.push.{kind}")) for kind in KINDS)


def test_catalogues_have_the_same_keys_and_placeholders() -> None:
    chinese, english = catalogue("zh-CN"), catalogue("en")
    assert chinese.keys() == english.keys()
    for code, text in chinese.items():
        assert _placeholders(text) == _placeholders(english[code]), code


@pytest.mark.parametrize("locale", LOCALES)
def test_catalogue_files_are_sorted_flat_and_finished(locale: str) -> None:
    text = (ROOT / "locales" / f"{locale}.json").read_text("utf-8")
    pairs = json.loads(text, object_pairs_hook=list)
    assert [code for code, _ in pairs] == sorted({code for code, _ in pairs}), "sorted, each key once"
    refused = {kind.code for kind in refusals()} | field_codes()
    for code, said in pairs:
        assert re.fullmatch(r"[a-z]+(\.[a-z0-9_]+){1,5}", code), code
        assert said.strip() == said
        if code in refused:
            assert said.endswith(("。", "！", "？", ".", "!", "?")), f"{code} is not a sentence"
        if locale == "zh-CN" and said.strip("{}") != "title":
            assert re.search("[\u4e00-\u9fff]", said), code


def test_statuses_are_the_documented_ones() -> None:
    assert {kind.status for kind in refusals()} <= KINDS_BY_STATUS


def test_a_refusal_carries_what_its_sentence_needs() -> None:
    refusal = TooMany(retry_after_s=7)
    assert (refusal.status, refusal.code, refusal.retry_after_s) == (429, "core.too_many", 7)
    assert "7" in sentence(refusal.code, "zh-CN", **refusal.params)


def test_writes_are_dropped_unless_the_refusal_keeps_them() -> None:
    assert Conflict().keeps_writes is False
    assert Conflict(keeps_writes=True).keeps_writes is True
    assert Conflict.keeps_writes is False


def test_fields_ride_on_invalid() -> None:
    refusal = Invalid(fields=[FieldError("phone", "field.pattern")])
    assert refusal.fields == (FieldError("phone", "field.pattern"),)
    assert Unavailable().retry_after_s == 2


def test_a_sentence_never_fails_while_failing() -> None:
    assert sentence("no.such_code", "en") == catalogue("en")["core.internal"]
    assert sentence("core.too_many", "en") == catalogue("en")["core.too_many"]
    assert sentence("media.files_full", "en", files="{x.__class__}").count("{x.__class__}") == 1
    assert sentence("core.too_many", "en", retry_after_s="soon") == catalogue("en")["core.too_many"]


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (1, "1 秒", "1 second"),
        (119, "119 秒", "119 seconds"),
        (121, "3 分钟", "3 minutes"),
        (7199, "120 分钟", "120 minutes"),
        (85_016, "24 小时", "24 hours"),
        (259_200, "3 天", "3 days"),
    ],
)
def test_a_wait_is_told_as_people_say_it(seconds: int, zh: str, en: str) -> None:
    assert (spoken_wait(seconds, "zh-CN"), spoken_wait(seconds, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en;q=0.8, zh;q=0.9", "zh-CN"),
        ("en;q=0.8, zh;q=0.2", "en"),
        ("zh-TW", "zh-CN"),
        ("fr, de;q=0.9", "zh-CN"),
        ("fr, en;q=0.5", "en"),
        ("en;q=0", "zh-CN"),
        ("*", "zh-CN"),
        ("EN", "en"),
        ("en;q=nonsense", "zh-CN"),
        ("en;q=2", "zh-CN"),
        ("en;q=nan", "zh-CN"),
        ("x" * 10_000, "zh-CN"),
    ],
)
def test_the_caller_s_language(header: str | None, locale: str) -> None:
    assert pick_locale(header) == locale


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
