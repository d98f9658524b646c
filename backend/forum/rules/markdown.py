"""Markdown as neighbours write it, and the only HTML that it becomes.

CommonMark without HTML, with strikethrough, tables and bare links. What leaves here has passed an allow-list last, so
a mistake anywhere before it costs looks and not safety. Pictures are `![words](media:ID)` and come out without an
address: the client fetches them with its token. Mentions are `[@name](account:ID)` or `[@name](organisation:ID)`;
what they show is the name that is true, not the one that was typed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import nh3
from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import table
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

PICTURES_MOST = 9
"""Three rows of three, as people are used to."""
MENTIONS_MOST = 10
"""Each is told; who means more than ten means everybody, and that is a notice."""

MARKS_MOST = 2_000
"""Characters that may mean something besides themselves. Parsing takes time by their square: with so many, 20 ms."""
EMPTY_CELLS_MOST = 200
"""Of a table whose lines are shorter than its head; the library's own bound lets 2 kB become 650."""

TAGS = {
    "p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "h5", "h6", "hr",
    "table", "thead", "tbody", "tr", "th", "td", "img", "span",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href"},
    "ol": {"start"},
    "img": {"data-medium", "alt"},
    "span": {"data-account", "data-organisation"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
HEADING_SHIFT = 2
"""A post stands below its page's and its thread's titles."""

_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    tag_attribute_values={"span": {"class": {"mention"}}},
    set_tag_attribute_values={"a": {"target": "_blank", "class": "outside"}},
    url_schemes=SCHEMES,
    link_rel="nofollow ugc noopener noreferrer",
)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)
_OWN = re.compile(r"(media|account|organisation):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_MARK = re.compile(r"[\[\]!*_~`|<\\&]")
_ADDRESS = re.compile("//[0-9A-Za-z][!-~]{1,2000}")
_NOT_AT_THE_END = ".,:;!?\"'*_~<>[](){}|"
_BREAKS = ("softbreak", "hardbreak")


@dataclass(frozen=True)
class Mention:
    kind: Literal["account", "organisation"]
    id: UUID

    @property
    def key(self) -> str:
        """Under which `names` has it."""
        return f"{self.kind}:{self.id}"


@dataclass
class Rendered:
    """`pictures` and `mentions` each once, in the order of the text; `plain` is what there is to read in it."""

    html: str = ""
    pictures: list[UUID] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    plain: str = ""


def render(source: str, *, names: Mapping[str, str] | None = None) -> Rendered:
    """`names`: how those are called whom it may mention, by Mention.key; others stay the words that were typed."""
    found = Rendered()
    tokens = _PARSER.parse(source)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1:]) + HEADING_SHIFT)}"
        if token.children:
            token.children = list(_settled(token.children, names or {}, found))
    found.plain = "\n".join(filter(None, map(_words, tokens)))
    found.html = _CLEANER.clean(_PARSER.renderer.render(tokens, _PARSER.options, {}))
    return found


def has_too_many_marks(source: str) -> bool:
    return len(_MARK.findall(source)) > MARKS_MOST


def mentions_in(source: str) -> list[Mention]:
    """Whose names `render` will ask for. Cheap for a text that mentions nobody, as most do."""
    return render(source).mentions if "](account:" in source or "](organisation:" in source else []


def _settled(children: Sequence[Token], names: Mapping[str, str], found: Rendered) -> Iterator[Token]:
    """Inline tokens with mentions and pictures resolved; notes them in `found`."""
    shut: list[str] = []
    """How each open link ends: `link` as it began, `words` leaves its words alone, `name` swallows them."""
    for child in children:
        if child.type == "link_open":
            mention = _mention(child)
            leads = mention is None and child.attrs["href"]
            shut.append("link" if leads else "name" if mention and mention.key in names else "words")
            if mention is not None and mention not in found.mentions:
                found.mentions.append(mention)
            if mention is not None and mention.key in names:
                yield _token("mention", f"@{names[mention.key]}", kind=mention.kind, id=mention.id)
            if not leads:
                continue
        if "name" in shut or child.type == "link_close":
            how = shut.pop() if child.type == "link_close" else "name"
            if how == "link":
                yield child
        elif child.type == "image":
            yield from _picture(child, found, in_link="link" in shut)
        else:
            yield child


def _picture(image: Token, found: Rendered, *, in_link: bool) -> Iterator[Token]:
    """A medium of the house, or a link to a picture elsewhere: what others host would see who reads."""
    address = str(image.attrs["src"])
    own = _OWN.fullmatch(address)
    if own and own.group(1) == "media":
        medium = UUID(own.group(2))
        if medium not in found.pictures:
            found.pictures.append(medium)
        yield _token("picture", image.content, id=medium)
        return
    words = _token("text", image.content or ("" if own else address))
    if own or in_link or not address:
        yield words
        return
    yield Token("link_open", "a", 1, attrs={"href": address})
    yield words
    yield Token("link_close", "a", -1)


def _mention(link: Token) -> Mention | None:
    own = _OWN.fullmatch(str(link.attrs["href"]))
    if own is None or own.group(1) == "media":
        return None
    return Mention("account" if own.group(1) == "account" else "organisation", UUID(own.group(2)))


def _token(type_: str, content: str, **meta: Any) -> Token:
    return Token(type_, "", 0, content=content, meta=meta)


def _words(token: Token) -> str:
    """What there is to read in a block."""
    if token.children is None:
        return token.content.strip()
    return "".join("\n" if child.type in _BREAKS else child.content for child in token.children).strip()


class _Renderer(RendererHTML):
    def mention(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[at]
        named = f'data-{token.meta["kind"]}="{token.meta["id"]}"'
        return f'<span class="mention" {named}>{escapeHtml(token.content)}</span>'

    def picture(self, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[at]
        return f'<img data-medium="{token.meta["id"]}" alt="{escapeHtml(token.content)}">'


class _BareLinks(LinkifyIt):
    """Only what begins with http: or https: is an address: `3.cn` may be a number and a word."""

    def __init__(self) -> None:
        super().__init__(options={"fuzzy_link": False, "fuzzy_email": False})
        for scheme in ("ftp:", "//", "mailto:"):
            self.add(scheme, None)
        # Its own patterns want a space or a stop before an address: 请看https://… has none.
        self.re["schema_test"] = self.re["schema_search"] = "(?<![0-9A-Za-z])()(https?:)"

    def _validate_http(self, text: str, at: int) -> int:
        """Its length from behind the scheme. Chinese runs on without a space, so it ends where ASCII does."""
        address = _ADDRESS.match(text, at)
        return len(address.group().rstrip(_NOT_AT_THE_END)) if address else 0


def _may_lead_there(url: str) -> bool:
    return bool(_LINK.match(url) or _OWN.fullmatch(url))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True}, renderer_cls=_Renderer)
    parser.enable(["strikethrough", "table", "linkify"])
    # A line of dashes below a line of words is a line of dashes; and spaces at the front of a line are lost anyway.
    # Named addresses let one line of text become a thousand long ones.
    parser.disable(["lheading", "code", "reference"])
    # The one that runs between words looks back over all of the text at every address; the one that runs last doesn't.
    parser.inline.ruler.disable("linkify")
    parser.linkify = _BareLinks()
    parser.validateLink = _may_lead_there  # type: ignore[method-assign]
    return parser


table.__globals__["MAX_AUTOCOMPLETED_CELLS"] = EMPTY_CELLS_MOST
_PARSER = _parser()
