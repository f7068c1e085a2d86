/** The teacher's part of a row's tokens, 0..1. */
const shareOf = (head) => (head.tokens ? head.teacher / head.tokens : 0);

const KEPT_BUNDLES = 6;

/**
 * The rows of the page. What the list shows of each is read as the file comes in; what a row shows when it is opened
 * stays packed until somebody asks for it.
 */
class Rows {
  #data;
  #last = null;
  #bundles = [];
  #unpacked = new Map();

  /** `data` is the element that holds the bundles; `arrived` is called whenever there are more rows. */
  constructor(data, arrived) {
    this.heads = [];
    this.#data = data;
    const observer = new MutationObserver(() => this.#take() && arrived());
    observer.observe(data, { childList: true });
    this.whole = new Promise((resolve) => {
      document.addEventListener("DOMContentLoaded", () => {
        observer.disconnect();
        this.#take();
        arrived();
        resolve();
      });
    });
  }

  /** How many bundles there are so far. */
  get bundles() {
    return this.#bundles.length;
  }

  /** Take in the bundles that have come whole; returns whether there were any. */
  #take() {
    const before = this.heads.length;
    for (;;) {
      const listed = this.#last ? this.#last.nextElementSibling : this.#data.querySelector("script.heads");
      const texts = listed?.nextElementSibling;
      if (!texts || (document.readyState === "loading" && !texts.nextElementSibling)) break;
      const bundle = this.#bundles.push(texts) - 1;
      for (const [place, fields] of JSON.parse(listed.textContent).entries()) {
        const [id, question, reason, student, teacher, handOvers] = fields;
        const head = { id, question, reason, student, teacher, handOvers, tokens: student + teacher, bundle, place };
        this.heads.push(head);
      }
      this.#last = texts;
    }
    return this.heads.length > before;
  }

  /** Unpack a bundle: all that its rows show. */
  async unpack(bundle) {
    const packed = atob(this.#bundles[bundle].textContent);
    const bytes = new Uint8Array(packed.length);
    for (let place = 0; place < packed.length; place += 1) bytes[place] = packed.charCodeAt(place);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  }

  /** What a row shows. The bundles looked at last stay unpacked. */
  async row(number) {
    const { bundle, place } = this.heads[number];
    const rows = this.#unpacked.get(bundle) ?? this.unpack(bundle);
    this.#unpacked.delete(bundle);
    this.#unpacked.set(bundle, rows);
    if (this.#unpacked.size > KEPT_BUNDLES) this.#unpacked.delete(this.#unpacked.keys().next().value);
    return (await rows)[place];
  }
}
