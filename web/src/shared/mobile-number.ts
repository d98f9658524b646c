/** The mainland mobile number in what was typed ("+86 138 0000 0031" too), or "" while it isn't one. */
export function mobileNumber(text: string): string {
  const digits = text.replace(/[\s\-()]/g, "").replace(/^(\+?86|0086)(?=1)/, "");
  return /^1[3-9]\d{9}$/.test(digits) ? digits : "";
}
