/** A strip that shows who wrote what along a trace, and where the reader is; a click goes there. */
class Ribbon {
  #spans = [];
  #length = 0;
  #go;

  /** `go` is called with the part of the text that was clicked, 0..1 of its characters. */
  constructor(go) {
    this.element = make("canvas", { class: "ribbon", role: "img" });
    this.#go = go;
    this.element.addEventListener("click", (event) => this.#go(event.offsetX / this.element.clientWidth));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  /** Show blocks of parts. */
  show(blocks) {
    this.#spans = [];
    this.#length = 0;
    const lengths = { student: 0, teacher: 0 };
    for (const [role, text, mark] of blocks.flat()) {
      if (mark === THROWN) continue;
      const last = this.#spans.at(-1);
      if (last?.role === role) last.end += text.length;
      else this.#spans.push({ role, start: this.#length, end: this.#length + text.length });
      this.#length += text.length;
      lengths[role] += text.length;
    }
    const teacher = this.#length ? Math.round((100 * lengths.teacher) / this.#length) : 0;
    this.element.setAttribute("aria-label", `Authors along the text: teacher ${teacher}% of the characters`);
    this.draw();
  }

  /** Draw, in the colours of the present theme. */
  draw() {
    const { clientWidth, clientHeight } = this.element;
    const ratio = devicePixelRatio || 1;
    this.element.width = clientWidth * ratio;
    this.element.height = clientHeight * ratio;
    const context = this.element.getContext("2d");
    const probe = make("span");
    this.element.after(probe);
    for (const role of ["student", "teacher"]) {
      probe.style.color = `var(--${role}-mark)`;
      context.fillStyle = getComputedStyle(probe).color;
      for (const span of this.#spans.filter((one) => one.role === role)) {
        const left = (span.start / this.#length) * this.element.width;
        const width = Math.max(((span.end - span.start) / this.#length) * this.element.width, 0.5);
        // The student's stretches are lower, so that the two are told apart without colour.
        const height = role === "student" ? 0.5 : 1;
        context.fillRect(left, (1 - height) * this.element.height, width, height * this.element.height);
      }
    }
    probe.remove();
  }
}
