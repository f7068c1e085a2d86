/** The text of blocks, without thrown drafts. */
const plain = (blocks) => {
  let text = "";
  for (const block of blocks) for (const [, part, mark] of block) if (mark !== THROWN) text += part;
  return text;
};

/** Looks for a text in the ids, questions and texts of all rows, while the page stays usable. */
class Search {
  #rows;
  #report;
  #token = null;

  /** `report` is called as hits come in. */
  constructor(rows, report) {
    this.#rows = rows;
    this.#report = report;
    this.pattern = null;
    this.hits = null;
    this.matches = 0;
    this.done = 1;
  }

  /** Look for a text; an empty one ends the search. */
  async run(text) {
    const token = {};
    this.#token = token;
    const pattern = patternOf(text);
    this.pattern = pattern;
    this.hits = pattern && new Map();
    this.matches = 0;
    this.done = pattern ? 0 : 1;
    this.#report();
    if (!pattern) return;
    await this.#rows.whole;
    let number = 0;
    let begun = performance.now();
    for (let bundle = 0; bundle < this.#rows.bundles; bundle += 1) {
      for (const row of await this.#rows.unpack(bundle)) {
        if (this.#token !== token) return;
        const texts = [row.id, row.question, plain(row.thinking), plain(row.answer)];
        const count = texts.reduce((sum, one) => sum + countMatches(pattern, one), 0);
        if (count) this.hits.set(number, count);
        this.matches += count;
        number += 1;
        if (performance.now() - begun > SLICE) {
          await rest();
          begun = performance.now();
        }
      }
      if (bundle % 32 === 31) {
        this.done = (bundle + 1) / this.#rows.bundles;
        this.#report();
      }
    }
    if (this.#token !== token) return;
    this.done = 1;
    this.#report();
  }
}
