"""Multipart bodies written by hand, whole and broken."""

FORM = {"Content-Type": "multipart/form-data; boundary=b"}
END = b"--b--\r\n"


def part(name: str, data: bytes) -> bytes:
    filename = '; filename="a.jpg"' if name == "file" else ""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n\r\n'.encode() + data + b"\r\n"
