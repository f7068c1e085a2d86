const THEME = "tessy-theme";
const viewer = new Viewer();

/** Whether the page is dark now. */
function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function showTheme() {
  byId("theme").textContent = dark() ? "Light" : "Dark";
  viewer.redraw();
}

function toggleTheme() {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  try {
    localStorage.setItem(THEME, document.documentElement.dataset.theme);
  } catch {
    // Browsers may forbid it to pages from files; the choice then lasts as long as the page.
  }
  showTheme();
}

function toggleDrawer(open = !byId("rows").classList.contains("open")) {
  byId("rows").classList.toggle("open", open);
  byId("drawer").setAttribute("aria-expanded", String(open));
  if (open) byId("list").focus();
}

const search = byId("query");
let waiting = 0;
const runSearch = () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => viewer.search.run(search.value), 200);
};

function endSearch() {
  clearTimeout(waiting);
  search.value = "";
  viewer.search.run("");
  byId("list").focus();
}

const names = [...viewer.panes.keys()];
const KEYS = {
  j: () => viewer.roster.step(1),
  k: () => viewer.roster.step(-1),
  n: () => viewer.stepHandOver(1),
  p: () => viewer.stepHandOver(-1),
  d: () => viewer.toggleDrafts(),
  i: () => viewer.showDetails(),
  t: toggleTheme,
  "/": () => search.select(),
  "?": () => byId("keys").showModal(),
  Escape: () => (byId("rows").classList.contains("open") ? toggleDrawer(false) : search.value && endSearch()),
  ...Object.fromEntries(names.map((name, place) => [String(place + 1), () => viewer.toggle(name)])),
};
const LIST_KEYS = {
  ArrowDown: () => viewer.roster.step(1),
  ArrowUp: () => viewer.roster.step(-1),
  PageDown: () => viewer.roster.step(viewer.roster.page),
  PageUp: () => viewer.roster.step(-viewer.roster.page),
  Home: () => viewer.roster.step(-Infinity),
  End: () => viewer.roster.step(Infinity),
  Enter: () => toggleDrawer(false),
};
const SEARCH_KEYS = { Escape: endSearch };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("dialog, select")) return;
  const typing = event.target === search;
  const keys = typing ? SEARCH_KEYS : { ...KEYS, ...(event.target === byId("list") ? LIST_KEYS : {}) };
  if (typing && event.key === "Enter") viewer.stepMatch(event.shiftKey ? -1 : 1);
  else if (Object.hasOwn(keys, event.key)) keys[event.key]();
  else return;
  event.preventDefault();
});

for (const [id, act] of Object.entries({
  drawer: () => toggleDrawer(),
  theme: toggleTheme,
  help: KEYS["?"],
  "previous-row": KEYS.k,
  "next-row": KEYS.j,
  "previous-hand-over": KEYS.p,
  "next-hand-over": KEYS.n,
  drafts: KEYS.d,
  details: KEYS.i,
  whole: () => viewer.toggleQuestion(),
  items: () => toggleDrawer(false),
})) {
  byId(id).addEventListener("click", act);
}
search.addEventListener("input", runSearch);
for (const id of ["stop", "order"]) byId(id).addEventListener("change", () => viewer.list());
NARROW.addEventListener("change", () => viewer.resized());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
try {
  const theme = localStorage.getItem(THEME);
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // See above.
}
showTheme();
byId("list").focus();
