"""The sentences people read when something is refused, by code and language (backend/locales)."""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

Locale = Literal["zh-CN", "en"]

DEFAULT_LOCALE: Locale = "zh-CN"
LOCALES: tuple[Locale, ...] = ("zh-CN", "en")
# Real headers are below 100 characters; what is longer is not a person's wish.
ACCEPT_LANGUAGE_MAX_CHARS = 256

_WAIT_UNITS = ((1, 120, "秒", "second"), (60, 7200, "分钟", "minute"), (3600, 172_800, "小时", "hour"))
"""Seconds in the unit, seconds below which it is used, its name in both languages."""
_FOLDER = Path(__file__).parent.parent / "locales"


@cache
def catalogue(locale: Locale) -> dict[str, str]:
    """Every sentence of one language, read once."""
    sentences: dict[str, str] = json.loads((_FOLDER / f"{locale}.json").read_text("utf-8"))
    return sentences


def sentence(code: str, locale: Locale = DEFAULT_LOCALE, **params: str | int) -> str:
    """The code's sentence with its placeholders filled. Never raises: it is called while failing."""
    sentences = catalogue(locale)
    template = sentences.get(code) or sentences["core.internal"]
    try:
        if "retry_after_s" in params:
            params = {"wait": spoken_wait(int(params["retry_after_s"]), locale), **params}
        return template.format_map(params)
    except (KeyError, ValueError, IndexError):
        return template


def spoken_wait(seconds: int, locale: Locale) -> str:
    """A wait as people say it: `45 秒`, `3 分钟`, `5 hours`; rounded up, so that nobody comes back too early."""
    for unit_s, below_s, zh, en in _WAIT_UNITS:
        if seconds < below_s:
            count = -(-seconds // unit_s)
            return f"{count} {zh}" if locale == "zh-CN" else f"{count} {en}{'' if count == 1 else 's'}"
    return f"{-(-seconds // 86400)} " + ("天" if locale == "zh-CN" else "days")


@lru_cache(maxsize=256)
def pick_locale(accept_language: str | None) -> Locale:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4); zh-CN otherwise."""
    if not accept_language or len(accept_language) > ACCEPT_LANGUAGE_MAX_CHARS:
        return DEFAULT_LOCALE
    best: tuple[float, Locale] = (0.0, DEFAULT_LOCALE)
    for part in accept_language.split(","):
        tag, _, parameters = part.partition(";")
        locale = _locale_of(tag.strip().lower())
        quality = _quality(parameters)
        if locale is not None and quality > best[0]:
            best = (quality, locale)
    return best[1]


def locale_of(scope: Mapping[str, Any]) -> Locale:
    """Of a request's scope, for hot reads: without all the other headers being read."""
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return pick_locale(value.decode("latin-1"))
    return DEFAULT_LOCALE


def _locale_of(tag: str) -> Locale | None:
    language = tag.split("-", 1)[0]
    # Any Chinese reader is served better by zh-CN than by English.
    if language in ("zh", "*"):
        return "zh-CN"
    return "en" if language == "en" else None


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0
