/** Fill an element with all that a row says besides its texts. */
function showFacts(body, row) {
  const parts = [];
  const add = (title, ...elements) => parts.push(make("h3", {}, title), ...elements);
  for (const [role, text] of row.before) add(`Message of the ${role}`, make("pre", { tabindex: "0" }, text));
  if (row.costs.length) add("What it cost", costTable(row.costs));
  if (row.provenance) add("Provenance", make("pre", { tabindex: "0" }, row.provenance));
  if (row.metadata) add("Metadata", make("pre", { tabindex: "0" }, row.metadata));
  body.replaceChildren(...(parts.length ? parts : [make("p", {}, "This row says nothing else.")]));
}

function costTable(costs) {
  const cells = ["", "student", "teacher"].map((name) => make("th", { scope: "col" }, name));
  const lines = costs.map(([name, ...figuresOfRoles]) =>
    make("tr", {}, make("th", { scope: "row" }, name), ...figuresOfRoles.map((figure) => make("td", {}, figure))),
  );
  return make("table", {}, make("thead", {}, make("tr", {}, ...cells)), make("tbody", {}, ...lines));
}
