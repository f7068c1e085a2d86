const ROLES = ["student", "teacher"];
/** Milliseconds between two listings while the file comes in. */
const LISTING_INTERVAL = 150;
const NARROW = matchMedia("(max-width: 760px)");

/** The page: a list of rows, the row that is open, and what is searched for. */
class Viewer {
  #opening = null;
  #row = null;
  #asked = Number(location.hash.slice(1)) - 1;
  #ranges = [];
  #range = -1;
  #listing = 0;

  constructor() {
    this.panes = new Map([
      ["together", new Pane("Together")],
      ["student", new Pane("Student alone")],
      ["teacher", new Pane("Teacher alone")],
    ]);
    for (const role of ROLES) this.panes.get(role).texts.classList.add("single");
    this.shown = new Set(["together", ...(NARROW.matches ? [] : ROLES)]);
    byId("panes").append(...[...this.panes.values()].map((pane) => pane.element));
    this.choices = [...this.panes].map(([name, { title }], place) => {
      const button = make("button", { type: "button", "aria-pressed": "false", "aria-keyshortcuts": place + 1 }, title);
      button.addEventListener("click", () => this.toggle(name));
      return button;
    });
    byId("choice").append(...this.choices);
    this.roster = new Roster(byId("list"), byId("items"), (number) => this.open(number));
    this.rows = new Rows(byId("data"), () => this.#arrived());
    this.search = new Search(this.rows, () => this.#searched());
    this.rows.whole.then(() => this.#came());
  }

  /** List the rows that the search and the stop reason leave, in the order that is chosen. */
  list() {
    this.#offerReasons();
    const [reason, order] = [byId("stop").value, byId("order").value];
    const { heads } = this.rows;
    const fits = (number) =>
      (!reason || heads[number].reason === reason) && (!this.search?.hits || this.search.hits.has(number));
    const numbers = [...heads.keys()].filter(fits);
    const keys = { tokens: (head) => head.tokens, handOvers: (head) => head.handOvers, share: shareOf };
    if (order) numbers.sort((left, right) => keys[order](heads[right]) - keys[order](heads[left]));
    this.roster.show(numbers, heads, this.search?.hits ?? null);
    const all = counted(heads.length, "row");
    byId("count").textContent = numbers.length === heads.length ? all : `${figures(numbers.length)} of ${all}`;
    this.#tellPlace();
    if (!this.#opening && numbers.length && !(this.#asked > 0)) this.roster.choose(numbers[0]);
    if (!this.#opening && heads[this.#asked]) this.roster.choose(this.#asked);
  }

  /** Open a row. */
  async open(number) {
    const opening = {};
    this.#opening = opening;
    byId("row").setAttribute("aria-busy", "true");
    const row = await this.rows.row(number);
    if (this.#opening !== opening) return;
    this.#row = row;
    const head = this.rows.heads[number];
    byId("row").hidden = false;
    byId("nothing").hidden = true;
    byId("identity").textContent = head.id || `Row ${number + 1}`;
    byId("reason").textContent = head.reason.replaceAll("_", " ");
    byId("reason").hidden = !head.reason;
    byId("reason").classList.toggle("cut", head.reason !== "finished");
    byId("question").textContent = row.question;
    this.#shorten(true);
    this.#showNumbers(head);
    this.panes.get("together").show(row, row.closed ? "" : "no answer: the thinking did not come to its end");
    for (const role of ROLES) {
      const own = row.own[role];
      if (own) this.panes.get(role).show(own, own.model);
    }
    this.#arrange();
    this.#tellPlace();
    this.#tellHandOver();
    this.#tellDrafts();
    history.replaceState(null, "", `#${number + 1}`);
    await this.#findMatches(opening);
    if (this.#opening === opening) byId("row").setAttribute("aria-busy", "false");
  }

  /** Show or hide one of the traces; a narrow window has room for one. */
  toggle(name) {
    if (!this.#has(name)) return;
    if (NARROW.matches || !this.shown.delete(name)) this.#bring(name);
    if (![...this.shown].some((one) => this.#has(one))) this.shown.add(name);
    this.#arrange();
  }

  #bring(name) {
    if (this.shown.has(name)) return;
    this.shown = new Set(NARROW.matches ? [name] : [...this.shown, name]);
    this.#arrange();
  }

  /** Go to the next hand-over, or with -1 to the one before. */
  async stepHandOver(direction) {
    const pane = this.panes.get("together");
    this.#bring("together");
    await pane.ready;
    this.#tellHandOver(pane.step(direction));
  }

  /** Go to the next match, or with -1 to the one before; at the end of a row, to the next row that has one. */
  stepMatch(direction) {
    if (!this.search.pattern) return;
    const next = this.#range < 0 && direction < 0 ? this.#ranges.length - 1 : this.#range + direction;
    if (this.#ranges[next]) {
      this.#range = next;
      paint(this.#ranges, this.#ranges[next]);
      this.#revealMatch();
      return;
    }
    const before = this.roster.chosen;
    this.#range = -1;
    this.roster.step(this.roster.place < 0 ? 0 : direction);
    if (this.roster.chosen !== before) this.backwards = direction < 0;
  }

  /** Show or hide the drafts that were thrown away. */
  toggleDrafts() {
    const pressed = byId("drafts").getAttribute("aria-pressed") !== "true";
    byId("drafts").setAttribute("aria-pressed", String(pressed));
    this.panes.get("together").texts.classList.toggle("with-thrown", pressed);
    this.#tellDrafts();
  }

  /** Show the costs and the provenance of the row. */
  showDetails() {
    if (!this.#row) return;
    showFacts(byId("facts-body"), this.#row);
    byId("facts").showModal();
  }

  /** Show the whole question, or its beginning again. */
  toggleQuestion() {
    this.#shorten(!byId("question").classList.contains("short"));
  }

  /** Draw what the style sheet cannot colour. */
  redraw() {
    for (const pane of this.panes.values()) pane.redraw();
  }

  /** Fit the panes to the window. */
  resized() {
    this.shown = new Set(NARROW.matches ? ["together"] : this.panes.keys());
    this.#arrange();
  }

  /** List the first rows at once, and what comes after them a few times a second. */
  #arrived() {
    if (this.#listing) return;
    if (!this.#opening) this.list();
    this.#listing = setTimeout(() => {
      this.#listing = 0;
      this.list();
    }, LISTING_INTERVAL);
  }

  #came() {
    if (this.rows.heads.length) this.list();
    else byId("nothing").textContent = "There are no rows.";
    if (!this.#opening && this.rows.heads.length) this.roster.choose(this.roster.numbers[0] ?? 0);
  }

  #searched() {
    const { pattern, hits, matches, done } = this.search;
    this.list();
    const found = pattern ? `${counted(matches, "match", "matches")} in ${counted(hits.size, "row")}` : "";
    byId("found").textContent = done < 1 ? `${found}, ${Math.round(100 * done)}% searched` : found;
    if (done < 1) return;
    if (hits?.size && !hits.has(this.roster.chosen)) this.roster.step(0);
    else this.#findMatches(this.#opening);
  }

  async #findMatches(opening) {
    const pane = this.panes.get("together");
    await pane.ready;
    if (this.#opening !== opening) return;
    const { pattern } = this.search;
    this.#ranges = [];
    if (pattern) {
      const places = [byId("identity"), byId("question"), ...pane.texts.querySelectorAll("section")];
      this.#ranges = places.flatMap((element) => rangesOf(pattern, element));
    }
    this.#range = this.backwards ? this.#ranges.length - 1 : Math.min(0, this.#ranges.length - 1);
    this.backwards = false;
    paint(this.#ranges, this.#ranges[this.#range]);
    if (this.#range >= 0) this.#revealMatch();
  }

  #revealMatch() {
    const range = this.#ranges[this.#range];
    const pane = this.panes.get("together");
    if (pane.texts.contains(range.startContainer)) {
      this.#bring("together");
      pane.reveal(range);
    } else if (byId("question").contains(range.startContainer)) {
      this.#shorten(false);
    }
  }

  #has(name) {
    return name === "together" || Boolean(this.#row?.own[name]);
  }

  #arrange() {
    for (const [place, [name, pane]] of [...this.panes].entries()) {
      const visible = this.#has(name) && this.shown.has(name);
      pane.element.hidden = !visible;
      this.choices[place].setAttribute("aria-pressed", String(visible));
      this.choices[place].disabled = !this.#has(name);
    }
    byId("choice").hidden = !ROLES.some((role) => this.#has(role));
  }

  #offerReasons() {
    const known = new Set([...byId("stop").options].map((option) => option.value));
    for (const { reason } of this.rows.heads) {
      if (known.has(reason)) continue;
      known.add(reason);
      byId("stop").append(make("option", { value: reason }, reason.replaceAll("_", " ")));
    }
  }

  #shorten(short) {
    const question = byId("question");
    question.classList.toggle("short", short);
    const cut = question.scrollHeight > question.clientHeight + 1;
    byId("whole").hidden = short && !cut;
    byId("whole").textContent = short ? "Show the whole question" : "Show less of the question";
    byId("whole").setAttribute("aria-expanded", String(!short));
  }

  #showNumbers(head) {
    const parts = ROLES.map((role) => make("span", { class: role }, `${role} ${figures(head[role])}`));
    byId("numbers").replaceChildren(shareBar(head), ...parts, "tokens");
    byId("numbers").hidden = !head.tokens;
  }

  #tellPlace() {
    const place = this.roster.place;
    const all = figures(this.roster.numbers.length);
    byId("place").textContent = place < 0 ? `not among ${all}` : `${figures(place + 1)} of ${all}`;
    byId("previous-row").disabled = place === 0;
    byId("next-row").disabled = place === this.roster.numbers.length - 1;
  }

  async #tellHandOver(number = -1) {
    const pane = this.panes.get("together");
    await pane.ready;
    const all = counted(pane.begins.length, "hand-over");
    const here = pane.begins[number];
    const to = here?.classList.contains("teacher") ? "teacher" : "student";
    byId("hand-overs").textContent = here ? `${figures(number + 1)} of ${all}, to the ${to}` : all;
  }

  #tellDrafts() {
    if (!this.#row) return;
    const shown = byId("drafts").getAttribute("aria-pressed") === "true";
    byId("note").textContent = shown && !this.#row.keeps_drafts ? "This row does not keep the text of thrown-away drafts; Details says how many tokens they had." : "";
  }
}
