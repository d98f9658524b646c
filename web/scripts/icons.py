"""Draws the app's icons from public/icons/mark.svg's colours: python web/scripts/icons.py [FONT.ttc]

The drawings are committed; run it again only when the mark changes. Needs Pillow and a Chinese serif font
(Debian: fonts-noto-cjk; its SIL licence allows drawings made with it).
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

JADE = "#1F7A5C"
FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
SIMPLIFIED_CHINESE = 2
ICONS = Path(__file__).resolve().parent.parent / "public" / "icons"
OVERSAMPLE = 4


def draw(size: int, *, corner: float, character: float) -> Image.Image:
    """One icon: `corner` and `character` are shares of the side; corner 0 leaves it square for the system to cut."""
    side = size * OVERSAMPLE
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=side * corner, fill=JADE)
    font = ImageFont.truetype(
        sys.argv[1] if len(sys.argv) > 1 else FONT, int(side * character), index=SIMPLIFIED_CHINESE
    )
    left, top, right, bottom = font.getbbox("邻")
    pen.text(((side - left - right) / 2, (side - top - bottom) / 2), "邻", font=font, fill="white")
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Writes every size that a browser or phone asks for."""
    draw(192, corner=0.22, character=0.62).save(ICONS / "icon-192.png", optimize=True)
    draw(512, corner=0.22, character=0.62).save(ICONS / "icon-512.png", optimize=True)
    draw(512, corner=0, character=0.5).save(ICONS / "icon-maskable-512.png", optimize=True)
    draw(180, corner=0, character=0.62).convert("RGB").save(ICONS / "icon-180.png", optimize=True)


if __name__ == "__main__":
    main()
