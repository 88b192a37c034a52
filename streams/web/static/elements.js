// Elements out of names and text. Nothing here takes markup: what a record says becomes a text node and never anything else.

/** Make an element. `fields` are properties set as attributes, `class` and `text` among them; children are nodes or strings. */
export function el(tag, fields = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Text from outside: its own direction, which cannot turn what stands around it. */
export function foreign(text, fields = {}) {
  return el("bdi", fields, text);
}

/** A link to elsewhere that shows its host, or null where it is no web address. */
export function outward(address, words) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  const link = el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow", class: "outward" });
  link.append(words ? `${words} ` : "", foreign(url.host), el("span", { "aria-hidden": "true", text: " ↗" }));
  return link;
}

const SVG = "http://www.w3.org/2000/svg";

/** A small line of counts, drawn; who cannot see it reads the number beside it. */
export function sparkline(counts) {
  const most = Math.max(1, ...counts);
  const step = 100 / (counts.length - 1);
  const points = counts.map((count, place) => `${(place * step).toFixed(1)},${(22 - (count / most) * 20).toFixed(1)}`);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 24");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "sparkline");
  for (const [kind, d] of [["area", `M0,24 L${points.join(" L")} L100,24 Z`], ["line", `M${points.join(" L")}`]]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", kind);
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
