// JSON as the project's formatter writes it: objects over several lines, lists of plain values on one where they fit.
const WIDTH = 120;

export function jsonText(value: unknown): string {
  return `${written(value, '', 0)}\n`;
}

/** `room`: what stands before it on its line. */
function written(value: unknown, indent: string, room: number): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const oneLine = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isPlain = value.every((item) => typeof item !== 'object' || item === null);
    if (value.length === 0 || (isPlain && room + oneLine.length < WIDTH)) return oneLine;
    return `[\n${value.map((item) => inner + written(item, inner, inner.length)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, item]) => {
    const start = `${inner}${JSON.stringify(key)}: `;
    return start + written(item, inner, start.length);
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
