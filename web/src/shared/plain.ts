/** The words of safe HTML, a line a block: the desk reads posts as text. Nothing of it is run or loaded. */
const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, blockquote, pre, tr, br, hr";

export function plainOf(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const block of page.body.querySelectorAll(BLOCKS)) block.append("\n");
  for (const picture of page.body.querySelectorAll("img")) picture.replaceWith(picture.alt ? `〔${picture.alt}〕` : "");
  return (page.body.textContent ?? "").replace(/\n{3,}/g, "\n\n").trim();
}
