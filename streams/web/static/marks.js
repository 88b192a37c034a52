// Where the names stand in a text. The topics count Unicode code points, a browser's strings count UTF-16 units.

/** The UTF-16 index of every code point of a text, and of its end. */
export function places(text) {
  const found = [];
  let index = 0;
  for (const point of text) {
    found.push(index);
    index += point.length;
  }
  found.push(index);
  return found;
}

/**
 * The stretches to light up, in order and none within another; `misfits` counts mentions whose text does not stand there.
 * An entity is given by its place in the list.
 */
export function spans(text, entities) {
  const at = places(text);
  const found = [];
  let misfits = 0;
  entities.forEach((entity, number) => {
    for (const { start, end, text: named } of entity.mentions) {
      const from = at[start];
      const to = at[end];
      if (from === undefined || to === undefined || from >= to || text.slice(from, to) !== named) misfits += 1;
      else found.push({ from, to, number });
    }
  });
  found.sort((a, b) => a.from - b.from || b.to - a.to);
  let free = 0;
  const apart = found.filter(({ from, to }) => from >= free && ((free = to), true));
  return { spans: apart, misfits };
}

/** The sentences that are not neutral, in order and apart: the same stretches, with the sentence. */
export function tones(text, sentences) {
  const at = places(text);
  let free = 0;
  return (sentences ?? [])
    .map((sentence) => ({ from: at[sentence.start], to: at[sentence.end], sentence }))
    .filter(({ from, to }) => from !== undefined && to !== undefined && from < to && from >= free && ((free = to), true));
}

/** What cuts a text at stretches, part after part: pieces `[from, to, the stretch or null]`. */
function cutter(stretches) {
  let next = 0;
  return (from, to) => {
    const pieces = [];
    let done = from;
    while (next < stretches.length && stretches[next].to <= from) next += 1;
    for (let each = next; each < stretches.length && stretches[each].from < to; each += 1) {
      const begin = Math.max(stretches[each].from, done);
      const end = Math.min(stretches[each].to, to);
      if (begin > done) pieces.push([done, begin, null]);
      pieces.push([begin, end, stretches[each]]);
      done = end;
    }
    if (done < to) pieces.push([done, to, null]);
    return pieces;
  };
}

/** The paragraphs of a text: lists of `{ sentence, pieces }`, the sentence null where it is neutral, a piece a string or `[string, entity's number]`. */
export function paragraphs(text, marks, said = []) {
  const byTone = cutter(said);
  const byName = cutter(marks);
  const found = [];
  let from = 0;
  for (const part of text.split(/(\n{2,})/)) {
    const to = from + part.length;
    if (!part.startsWith("\n") && part) {
      found.push(byTone(from, to).map(([begin, end, tone]) => ({
        sentence: tone?.sentence ?? null,
        pieces: byName(begin, end).map(([start, stop, mark]) => (mark ? [text.slice(start, stop), mark.number] : text.slice(start, stop))),
      })));
    }
    from = to;
  }
  return found;
}
