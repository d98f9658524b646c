/** Small choices kept in this browser: columns, filters, the community. Nothing about a person. */
export function recall<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`linli.desk.${name}`);
    return text ? (JSON.parse(text) as T) : otherwise;
  } catch {
    return otherwise;
  }
}

export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(`linli.desk.${name}`, JSON.stringify(value));
  } catch {
    // Storage is closed to us; the choice holds for this visit.
  }
}
