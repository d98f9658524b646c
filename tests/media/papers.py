"""PDFs for tests: whole ones, and those that must not be taken."""

import io
from collections.abc import Callable

from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from backend.media.darkroom import rehearsal


def paper(pages: int = 2, change: Callable[[PdfWriter], None] | None = None) -> bytes:
    """A4 pages with nothing on them, and what `change` does to them."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def padded(size: int) -> bytes:
    """A whole PDF of exactly this many bytes, most of them a comment."""
    whole = paper()
    end = whole.rindex(b"startxref")
    return whole[:end] + b"%" + b" " * (size - len(whole) - 2) + b"\n" + whole[end:]


def with_action(kind: str, **entries: str) -> bytes:
    """Opening it would do this."""

    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = _action(kind, entries)

    return paper(change=change)


def with_link() -> bytes:
    def change(writer: PdfWriter) -> None:
        writer.add_annotation(0, Link(rect=(50, 550, 200, 650), url="https://example.cn/"))

    return paper(change=change)


def whole_papers() -> dict[str, bytes]:
    """As programs write them: what a title or a font is called must not matter, nor how objects are packed."""
    return {
        "a title in UTF-16": _entitled(b"\xfe\xff" + "停水通知".encode("utf-16-be")),
        "a title in little-endian UTF-16": _entitled(b"\xff\xfe" + "停水通知".encode("utf-16-le")),
        "a title in bare UTF-16": _entitled("notice".encode("utf-16-be")),
        "a title in bare little-endian UTF-16": _entitled("notice".encode("utf-16-le")),
        "a title in UTF-8": _entitled(b"\xef\xbb\xbf" + "停水通知".encode()),
        "a title in GBK": _entitled("停水通知".encode("gbk")),
        "a font named in GBK": _font_named(b"/#CB#CE#CC#E5"),
        "packed objects": rehearsal.papers()[2],
        "a link": with_link(),
        "200 pages": paper(200),
    }


def _entitled(title: bytes) -> bytes:
    placeholder = "x" * len(title)
    return _in_bytes(paper(change=lambda writer: writer.add_metadata({"/Title": placeholder})), placeholder, title)


def _font_named(name: bytes) -> bytes:
    placeholder = "/" + "x" * (len(name) - 1)
    font = DictionaryObject({NameObject("/BaseFont"): NameObject(placeholder)})
    whole = paper(change=lambda writer: writer.root_object.update({NameObject("/Font"): font}))
    return _in_bytes(whole, placeholder, name)


def _in_bytes(whole: bytes, placeholder: str, text: bytes) -> bytes:
    """The text in these very bytes, which pypdf would escape; as many as before, so that nothing else moves."""
    assert placeholder.encode() in whole and len(placeholder) == len(text)
    return whole.replace(placeholder.encode(), text)


def _scripted(script: bytes) -> bytes:
    placeholder = "x" * len(script)
    return _in_bytes(with_action("/JavaScript", **{"/JS": placeholder}), placeholder, script)


def refused() -> dict[str, tuple[bytes, str]]:
    """Name → file and the code it is refused with."""
    whole = paper()
    acting = _acting()
    assert all(data.startswith(b"%PDF-") for data, _ in acting.values())
    return {
        **acting,
        "encrypted": (paper(change=lambda writer: writer.encrypt("secret", algorithm="AES-256")), "media.encrypted"),
        "encrypted without a password": (
            paper(change=lambda writer: writer.encrypt("", owner_password="owner", algorithm="RC4-128")),
            "media.encrypted",
        ),
        "of 201 pages": (paper(201), "media.too_many_pages"),
        "of no pages": (paper(0), "media.damaged"),
        "cut short": (whole[: len(whole) // 2], "media.damaged"),
        "without an end": (whole.replace(b"%%EOF", b"%%END"), "media.damaged"),
        "with its end far from its end": (whole + b" " * 1024, "media.damaged"),
        "of its first line alone": (b"%PDF-1.7\n%%EOF", "media.damaged"),
        "of text between head and end": (b"%PDF-1.7\n" + "翠湖社区\n".encode() * 500 + b"%%EOF", "media.damaged"),
        "of a hundred thousand brackets": (
            b"%PDF-1.7\ntrailer << /Root " + b"[" * 100_000 + b" >>\nstartxref\n9\n%%EOF",
            "media.damaged",
        ),
        "with pages that contain themselves": (_endless_pages(), "media.damaged"),
    }


def _acting() -> dict[str, tuple[bytes, str]]:
    scripted = with_action("/JavaScript", **{"/JS": "app.alert(1)"})
    return {
        "with a script when opened": (scripted, "media.scripted"),
        "with a script under an escaped name": (
            scripted.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS ", b"/J#53 "),
            "media.scripted",
        ),
        # What pypdf can't read it takes for nothing, so each of these needs its codec to be there.
        "with a script in UTF-16": (_scripted(b"\xfe\xff" + "警告".encode("utf-16-be")), "media.scripted"),
        "with a script in bare UTF-16": (_scripted("alert".encode("utf-16-be")), "media.scripted"),
        "with a script in bare little-endian UTF-16": (_scripted("alert".encode("utf-16-le")), "media.scripted"),
        "with a script in UTF-8": (_scripted(b"\xef\xbb\xbf" + "警告".encode()), "media.scripted"),
        "with named scripts": (paper(change=_named_script), "media.scripted"),
        "with a script on a page": (paper(change=_script_on_a_page), "media.scripted"),
        "that starts a program": (with_action("/Launch", **{"/F": "calc.exe"}), "media.scripted"),
        "that sends a form": (with_action("/SubmitForm", **{"/F": "https://example.cn"}), "media.scripted"),
        "with a form of the XFA kind": (paper(change=_xfa), "media.scripted"),
        "with a file inside": (
            paper(change=lambda writer: writer.add_attachment("run.exe", b"MZ")) ,
            "media.files_inside",
        ),
        "with a file pinned to a page": (paper(change=_pinned_file), "media.files_inside"),
    }  # fmt: skip


def _action(kind: str, entries: dict[str, str]) -> DictionaryObject:
    values = {NameObject(name): TextStringObject(value) for name, value in entries.items()}
    # Its kind last: a reader that trips over a value must not have seen the kind already.
    return DictionaryObject({**values, NameObject("/S"): NameObject(kind)})


def _script_on_a_page(writer: PdfWriter) -> None:
    action = _action("/JavaScript", {"/JS": "app.alert(1)"})
    writer.pages[1][NameObject("/AA")] = DictionaryObject({NameObject("/O"): writer._add_object(action)})


def _named_script(writer: PdfWriter) -> None:
    action = writer._add_object(_action("/JavaScript", {"/JS": "app.alert(1)"}))
    tree = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), action])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): tree})


def _xfa(writer: PdfWriter) -> None:
    form = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>"), NameObject("/Fields"): ArrayObject()})
    writer.root_object[NameObject("/AcroForm")] = form


def _pinned_file(writer: PdfWriter) -> None:
    inside = DictionaryObject({NameObject("/F"): writer._add_object(DictionaryObject())})
    file = DictionaryObject({NameObject("/Type"): NameObject("/Filespec"), NameObject("/EF"): inside})
    pin = {
        NameObject("/Type"): NameObject("/Annot"),
        NameObject("/Subtype"): NameObject("/FileAttachment"),
        NameObject("/Rect"): ArrayObject([NumberObject(number) for number in (0, 0, 9, 9)]),
        NameObject("/FS"): writer._add_object(file),
    }
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(DictionaryObject(pin))])


def _endless_pages() -> bytes:
    def change(writer: PdfWriter) -> None:
        tree = writer.root_object["/Pages"]
        tree[NameObject("/Kids")] = ArrayObject([writer.root_object.raw_get("/Pages")])

    return paper(change=change)
