const SPARE_ITEMS = 6;

/** The list of rows. Only items in view, a few beside them and the chosen one are in the document. */
class Roster {
  #list;
  #items;
  #choose;
  #height;
  #drawn = "";

  /** `choose` is called with the number of the row that is chosen. */
  constructor(list, items, choose) {
    this.numbers = [];
    this.heads = [];
    this.hits = null;
    this.chosen = -1;
    this.#list = list;
    this.#items = items;
    this.#choose = choose;
    this.#height = parseFloat(getComputedStyle(list).getPropertyValue("--row"));
    list.addEventListener("scroll", () => requestAnimationFrame(() => this.#draw()), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(list);
    items.addEventListener("click", (event) => {
      const item = event.target.closest(".item");
      if (item) this.choose(Number(item.dataset.number));
    });
  }

  /** List rows by their numbers; `hits` has how many matches each holds, or is null without a search. */
  show(numbers, heads, hits) {
    this.numbers = numbers;
    this.heads = heads;
    this.hits = hits;
    this.#items.style.height = `${numbers.length * this.#height}px`;
    this.#drawn = "";
    this.#draw();
  }

  /** Where the chosen row stands in the list, from 0; -1 when it is not in it. */
  get place() {
    return this.numbers.indexOf(this.chosen);
  }

  /** Choose a row, and bring it into view. */
  choose(number) {
    this.chosen = number;
    this.#drawn = "";
    const top = this.place * this.#height;
    const { scrollTop, clientHeight } = this.#list;
    if (this.place >= 0 && (top < scrollTop || top + this.#height > scrollTop + clientHeight)) {
      this.#list.scrollTop = top - clientHeight / 2 + this.#height / 2;
    }
    this.#draw();
    this.#choose(number);
  }

  /** Choose the row so many places further down; the first one when the chosen row is not listed. */
  step(places) {
    if (!this.numbers.length) return;
    const place = this.place < 0 ? 0 : Math.min(Math.max(this.place + places, 0), this.numbers.length - 1);
    if (this.numbers[place] !== this.chosen) this.choose(this.numbers[place]);
  }

  /** How many items the list has room for. */
  get page() {
    return Math.max(Math.floor(this.#list.clientHeight / this.#height) - 1, 1);
  }

  #draw() {
    const { scrollTop, clientHeight } = this.#list;
    const first = Math.max(Math.floor(scrollTop / this.#height) - SPARE_ITEMS, 0);
    const end = Math.min(Math.ceil((scrollTop + clientHeight) / this.#height) + SPARE_ITEMS, this.numbers.length);
    if (this.#drawn === `${first} ${end}`) return;
    this.#drawn = `${first} ${end}`;
    const places = [];
    for (let place = first; place < end; place += 1) places.push(place);
    if (this.place >= 0 && (this.place < first || this.place >= end)) places.push(this.place);
    this.#items.replaceChildren(...places.map((place) => this.#item(place)));
    const chosen = this.#items.querySelector("[aria-selected=true]");
    if (chosen) this.#list.setAttribute("aria-activedescendant", chosen.id);
    else this.#list.removeAttribute("aria-activedescendant");
  }

  #item(place) {
    const number = this.numbers[place];
    const head = this.heads[number];
    const name = make("div", { class: "name" }, make("bdi", {}, head.id || `row ${number + 1}`));
    if (head.reason && head.reason !== "finished") {
      name.append(make("span", { class: "reason" }, head.reason.replaceAll("_", " ")));
    }
    const hits = this.hits?.get(number);
    if (hits) name.append(make("span", { class: "hits" }, counted(hits, "match", "matches")));
    const numbers = make("div", { class: "figures" }, shareBar(head), `${figures(head.tokens)} tokens`);
    numbers.append(make("span", {}, counted(head.handOvers, "hand-over")));
    const item = make(
      "div",
      {
        class: "item", id: `item-${number}`, role: "option", "aria-selected": String(number === this.chosen),
        "aria-posinset": place + 1, "aria-setsize": this.numbers.length, "data-number": number,
      },
      name,
      make("div", { class: "asked" }, make("bdi", {}, head.question)),
      numbers,
    );
    item.style.top = `${place * this.#height}px`;
    return item;
  }
}

/** A bar of both roles' tokens: the student's from the left, the teacher's from the right. */
function shareBar(head) {
  const teacher = make("i");
  teacher.style.width = `${100 * shareOf(head)}%`;
  const label = `teacher ${Math.round(100 * shareOf(head))}% of the tokens`;
  const bar = make("span", { class: "share", role: "img", "aria-label": label, title: label }, teacher);
  bar.hidden = !head.tokens;
  return bar;
}
