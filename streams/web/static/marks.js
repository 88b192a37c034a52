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

/** The paragraphs of a text, each a list of pieces: a string, or `[string, entity's number]`. */
export function paragraphs(text, marks) {
  const found = [];
  let next = 0;
  let from = 0;
  for (const part of text.split(/(\n{2,})/)) {
    const to = from + part.length;
    if (!part.startsWith("\n") && part) {
      const pieces = [];
      let done = from;
      for (; next < marks.length && marks[next].from < to; next += 1) {
        const mark = marks[next];
        if (mark.from > done) pieces.push(text.slice(done, mark.from));
        pieces.push([text.slice(mark.from, Math.min(mark.to, to)), mark.number]);
        done = Math.min(mark.to, to);
      }
      if (done < to) pieces.push(text.slice(done, to));
      found.push(pieces);
    }
    from = to;
  }
  return found;
}
