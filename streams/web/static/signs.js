// Signs that say without colour what kind a name is and which mood was found.

export const GLYPHS = { PER: "●", ORG: "■", LOC: "◆", MISC: "✦", OTHER: "○" };
export const MOOD_SIGNS = { positive: "+", neutral: "=", negative: "−", unjudged: "?" };
const KNOWN = new Set(["PER", "ORG", "LOC", "MISC"]);

/** The class of a type; a type may be any word, and a class of ours may not. */
export const kind = (type) => (KNOWN.has(type) ? type : "OTHER");
