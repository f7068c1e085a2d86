const BEGINS = 1;
const THROWN = 2;
const SETTLING_FRAMES = 5;

/** One trace: its authors along the text, and the text, put into the document slice by slice. */
class Pane {
  #ribbon;
  #token = null;
  #target = null;
  #parts = [];

  /** `title` stands above the text. */
  constructor(title) {
    this.title = title;
    this.note = make("span", { class: "quiet" });
    this.texts = make("div", { class: "texts tessy-trace", tabindex: "0", role: "region", "aria-label": title });
    this.#ribbon = new Ribbon((fraction) => this.#seek(fraction));
    const header = make("header", {}, make("strong", {}, title), this.note);
    this.element = make("article", { class: "pane" }, header, this.#ribbon.element, this.texts);
    this.begins = [];
    this.here = -1;
    this.ready = Promise.resolve();
  }

  /** Show a trace; `ready` is kept when all of it is in the document. */
  show({ thinking, answer }, note) {
    this.note.textContent = note;
    this.texts.replaceChildren();
    this.texts.scrollTop = 0;
    this.begins = [];
    this.here = -1;
    this.#parts = [];
    this.#ribbon.show([...thinking, ...answer]);
    this.ready = this.#fill(thinking, answer);
  }

  /** Draw again in the colours of the present theme. */
  redraw() {
    this.#ribbon.draw();
  }

  async #fill(thinking, answer) {
    const token = {};
    this.#token = token;
    let begun = performance.now();
    for (const [name, title, blocks] of [["thinking", "Thinking", thinking], ["answer", "Answer", answer]]) {
      if (name === "answer" && !blocks.length) continue;
      const section = make("section", { class: name }, make("h3", {}, title));
      this.texts.append(section);
      for (const block of blocks) {
        section.append(make("div", { class: "block", dir: "auto" }, ...block.map((part) => this.#part(part))));
        if (performance.now() - begun > SLICE) {
          await rest();
          if (this.#token !== token) return;
          begun = performance.now();
        }
      }
    }
  }

  #part([role, text, mark]) {
    if (mark === THROWN) return make("del", { class: `${role} thrown` }, text);
    const element = make("span", { class: mark === BEGINS ? `${role} begins` : role }, text);
    this.#parts.push(element);
    if (mark === BEGINS) this.begins.push(element);
    return element;
  }

  /** Go to a part of the text, 0..1 of its characters. */
  async #seek(fraction) {
    await this.ready;
    const length = this.#parts.reduce((sum, part) => sum + part.textContent.length, 0);
    let left = fraction * length;
    const part = this.#parts.find((one) => (left -= one.textContent.length) <= 0);
    if (!part) return;
    const range = document.createRange();
    range.setStart(part.firstChild, Math.max(part.textContent.length + Math.floor(left), 0));
    this.reveal(range);
  }

  /** Bring the first line of an element or a range into the middle of the window. */
  reveal(target) {
    this.#target = target;
    const centre = (frames) => {
      if (this.#target !== target) return;
      const box = target.getClientRects()[0] ?? target.getBoundingClientRect();
      const frame = this.texts.getBoundingClientRect();
      this.texts.scrollTop += box.top + box.height / 2 - frame.top - frame.height / 2;
      // Blocks out of view have a guessed height: once near, they are laid out, and the place is corrected.
      if (frames) requestAnimationFrame(() => centre(frames - 1));
    };
    centre(SETTLING_FRAMES);
  }

  /** Go to the next hand-over, or with -1 the one before, from where the reader is; returns its number, or -1. */
  step(direction) {
    const current = this.begins[this.here];
    let next = this.here + direction;
    if (!current || !this.#inView(current)) {
      const below = this.#firstBelow(this.texts.getBoundingClientRect().top);
      next = direction > 0 ? below : below - 1;
    }
    if (next < 0 || next >= this.begins.length) return -1;
    current?.classList.remove("here");
    this.here = next;
    this.begins[next].classList.add("here");
    this.reveal(this.begins[next]);
    return next;
  }

  #inView(element) {
    const box = element.getBoundingClientRect();
    const frame = this.texts.getBoundingClientRect();
    return box.bottom >= frame.top && box.top <= frame.bottom;
  }

  #firstBelow(edge) {
    let [low, high] = [0, this.begins.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.begins[middle].getBoundingClientRect().top < edge) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
