// Finds the end of a JSON object in a text without parsing it.

/** The offset after the brace that closes the one at `open`. */
export function closeOf(text: string, open: number): number | undefined {
  const marks = /["{}]/g;
  marks.lastIndex = open;
  let depth = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      const end = endOfString(text, mark.index + 1);
      if (end === undefined) return undefined;
      marks.lastIndex = end;
    } else {
      depth += mark[0] === '{' ? 1 : -1;
      if (depth === 0) return marks.lastIndex;
    }
  }
  return undefined;
}

function endOfString(text: string, from: number): number | undefined {
  const marks = /["\\]/g;
  marks.lastIndex = from;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === '"') return marks.lastIndex;
    marks.lastIndex++;
  }
  return undefined;
}
