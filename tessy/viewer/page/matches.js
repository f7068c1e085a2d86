const MOST_RANGES = 2000;

/** A pattern that finds a text in any case, its blanks standing for any white space; null for an empty text. */
function patternOf(text) {
  const words = text.trim().split(/\s+/).filter(Boolean);
  const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return escaped.length ? new RegExp(escaped.join("\\s+"), "giu") : null;
}

/** How often a pattern stands in a text. */
function countMatches(pattern, text) {
  let count = 0;
  pattern.lastIndex = 0;
  while (pattern.test(text)) count += 1;
  return count;
}

/** The ranges of an element's text that match; thrown drafts are no part of the text. */
function rangesOf(pattern, element) {
  const skip = (node) => (node.parentElement.closest(".thrown, h3") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, skip);
  const nodes = [];
  const starts = [];
  let text = "";
  while (walker.nextNode()) {
    nodes.push(walker.currentNode);
    starts.push(text.length);
    text += walker.currentNode.data;
  }
  const ranges = [];
  let place = 0;
  const seek = (position) => {
    while (place + 1 < nodes.length && starts[place + 1] <= position) place += 1;
    return [nodes[place], position - starts[place]];
  };
  for (const match of text.matchAll(pattern)) {
    if (ranges.length >= MOST_RANGES) break;
    const range = document.createRange();
    range.setStart(...seek(match.index));
    // The end belongs to the last character's node, not to the one that begins there.
    const [node, offset] = seek(match.index + match[0].length - 1);
    range.setEnd(node, offset + 1);
    ranges.push(range);
  }
  return ranges;
}

/** Paint ranges, one of them as the one the reader is at. Browsers that cannot still scroll to them. */
function paint(ranges, current) {
  if (!CSS.highlights) return;
  CSS.highlights.set("match", new Highlight(...ranges));
  const one = new Highlight(...(current ? [current] : []));
  one.priority = 1;
  CSS.highlights.set("current", one);
}
