"""What a machine can see of a screen: axe-core's rules, sizes of text and targets, room to the side."""

from typing import Any

from playwright.async_api import Page

from tests.parts.running import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
TEXT_MIN_PX = {"standard": 12, "elder": 18}
TARGET_MIN_PX = {"standard": 44, "elder": 60, "desk": 24}
"""A thumb, an elder's thumb, a mouse (WCAG 2.2, 2.5.8)."""

RUN_AXE = """async ([type, values]) => {
  const found = await axe.run(document, { runOnly: { type, values }, resultTypes: ["violations"] });
  const where = (nodes) => nodes.map((node) => node.target.join(" ")).join(", ");
  return found.violations.map((one) => `${one.id}: ${one.help}: ${where(one.nodes)}`);
}"""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

SMALL_TEXT = """(least) => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const holder = node.parentElement;
    const text = node.data.trim();
    if (!text || holder.closest("script, style, noscript, .out-of-sight") || !holder.checkVisibility()) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    if (size < least) found.push(`${size} px: ${text.slice(0, 20)}`);
  }
  return found;
}"""

# A link inside a sentence is as high as its line; a box or a circle is pressed by its label.
SMALL_TARGETS = """(least) => {
  const targets = "a[href], button, select, textarea, input, label:has(input), summary";
  const seen = { visibilityProperty: true, opacityProperty: true };
  const found = [];
  for (const target of document.querySelectorAll(targets)) {
    const pressedByLabel = target.matches("input") && target.closest("label, .el-checkbox, .el-radio");
    if (pressedByLabel || target.type === "hidden" || !target.checkVisibility(seen)) continue;
    if (target.matches("a") && getComputedStyle(target).display === "inline") continue;
    const { width, height, right, bottom } = target.getBoundingClientRect();
    if (width <= 1 || height <= 1 || right <= 0 || bottom <= 0) continue;
    if (Math.round(Math.min(width, height)) >= least) continue;
    const words = `${target.dataset.test ?? ""} ${target.textContent.trim().slice(0, 16)}`;
    found.push(`${Math.round(width)}×${Math.round(height)}: ${words}`);
  }
  return found;
}"""


async def problems_of(page: Page, mode: str) -> list[str]:
    """All that is wrong with the screen that is shown, in words; `mode` is standard, elder or desk."""
    found: list[str] = []
    overflow = int(await page.evaluate(OVERFLOW))
    if overflow > 0:
        found.append(f"scrolls {overflow} px to the side")
    if mode in TEXT_MIN_PX:
        found += [f"small text, {one}" for one in await page.evaluate(SMALL_TEXT, TEXT_MIN_PX[mode])]
    found += [f"small target, {one}" for one in await page.evaluate(SMALL_TARGETS, TARGET_MIN_PX[mode])]
    return found + await axe_problems(page, "tag", TAGS)


async def colour_problems(page: Page) -> list[str]:
    """What only another shade can have made wrong."""
    return await axe_problems(page, "rule", COLOUR_RULES)


async def axe_problems(page: Page, kind: str, names: list[str]) -> list[str]:
    loaded = await page.evaluate("() => typeof axe !== 'undefined'")
    if not loaded:
        await page.evaluate(AXE.read_text("utf-8"))
    found: list[Any] = await page.evaluate(RUN_AXE, [kind, names])
    return [str(one) for one in found]
