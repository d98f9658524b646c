/** The average colour of a picture from its thumbhash (the first three bytes hold it), before anybody looks at the picture. */
export function averageColour(thumbhash: string): string {
  let bytes: string;
  try {
    bytes = atob(thumbhash);
  } catch {
    return "";
  }
  if (bytes.length < 5) return "";
  const header = bytes.charCodeAt(0) | (bytes.charCodeAt(1) << 8) | (bytes.charCodeAt(2) << 16);
  const light = (header & 63) / 63;
  const p = ((header >> 6) & 63) / 31.5 - 1;
  const q = ((header >> 12) & 63) / 31.5 - 1;
  const blue = light - (2 / 3) * p;
  const red = (3 * light - blue + q) / 2;
  const green = red - q;
  const byte = (value: number): number => Math.round(255 * Math.min(1, Math.max(0, value)));
  return `rgb(${byte(red)} ${byte(green)} ${byte(blue)})`;
}
