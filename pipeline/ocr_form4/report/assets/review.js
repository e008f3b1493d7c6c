/* The review: one doubtful field after the other, the scan at the left, the decision at the right. */

const run = JSON.parse(document.getElementById("run").textContent);
const $ = (id) => document.getElementById(id);
let items = [],
  at = -1,
  here = null,
  data = null,
  pane = null;
const history_ = [];

async function ask(address, body) {
  const options = body
    ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }
    : {};
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Error("The review has ended: start ocr-form4 review again. What was decided is kept.");
  }
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

function toast(...content) {
  $("toast").hidden = false;
  fill($("toast"), ...content);
}

const told =
  (work) =>
  async (...args) => {
    try {
      await work(...args);
    } catch (error) {
      toast(error.message);
    }
  };

/* ---- moving ---- */

const open_ = told(async (name, path) => {
  if (!data || data.name !== name) {
    data = prepare(await ask("/api/filing?name=" + encodeURIComponent(name)));
    pane = pagePane(data, (chosen) => open_(data.name, chosen));
    $("left").replaceChildren(pane.node);
  }
  at = items.findIndex((i) => i.name === name && i.path === path);
  here = { name, path };
  history.replaceState(null, "", "#" + encodeURIComponent(name) + "?" + encodeURIComponent(path));
  draw();
});

function step(by, undecided) {
  for (let i = 1; i <= items.length; i++) {
    const item = items[(at + by * i + items.length * (i + 1)) % items.length];
    if (!undecided || !item.decided) return open_(item.name, item.path);
  }
  return finished();
}

function finished() {
  $("left").replaceChildren();
  here = null;
  fill(
    $("decide"),
    h(
      "div",
      { class: "done" },
      h("h2", {}, items.length ? "Every doubtful field is decided" : "Nothing waits for a person"),
      h(
        "p",
        { class: "lead" },
        items.length
          ? "Export writes the decisions into the XML, the JSON and the tables."
          : "Every field of this run was accepted.",
      ),
      items.length ? h("button", { class: "primary", onclick: exportAll }, "Export") : null,
    ),
  );
  progress();
}

function progress() {
  const decided = items.filter((i) => i.decided).length;
  $("progress").textContent = items.length ? `${decided} of ${items.length} decided` : "";
  $("meter").value = items.length ? decided / items.length : 1;
}

/* ---- deciding ---- */

/* The values to pick from: the software's first, then what else was read; each with who read it. */
function choices(field) {
  const machine = field.machine ? field.machine.value : field.value;
  const found = new Map();
  if (machine !== null && machine !== "") found.set(machine, []);
  for (const reading of field.readings) {
    const value = unprinted(field.path, reading.text);
    if (!value) continue;
    if (!found.has(value)) found.set(value, []);
    found.get(value).push(reading.reader);
  }
  for (const value of possible(field.path)) if (!found.has(value)) found.set(value, []);
  return [...found].slice(0, 9).map(([value, readers]) => ({ value, readers, machine: value === machine }));
}

const decide = told(async (value) => {
  const { name, path } = here;
  data = prepare(await ask("/api/decide", { name, path, value }));
  history_.push({ name, path });
  const item = items.find((i) => i.name === name && i.path === path);
  if (item) item.decided = true;
  const sums = (data.checksOf.get(path) || []).filter((c) => c.name === "running-holdings" && c.paths.length === 3);
  toast(
    h("b", {}, fieldLabel(path).what),
    ": ",
    printed(path, value) || "nothing is printed",
    " ",
    ...sums.flatMap((c) => [" · ", arithmetic(data, c)]),
    " ",
    h("button", { class: "link", onclick: undo }, "undo"),
  );
  refreshPane();
  await step(1, true);
});

const undo = told(async () => {
  const last = history_.pop() || (at >= 0 && items[at].decided ? here : null);
  if (!last) {
    toast("There is nothing to take back here.");
    return;
  }
  data = prepare(await ask("/api/undo", last));
  const item = items.find((i) => i.name === last.name && i.path === last.path);
  if (item) item.decided = false;
  toast("Taken back: ", h("b", {}, fullLabel(last.path)));
  refreshPane();
  await open_(last.name, last.path);
});

function refreshPane() {
  pane = pagePane(data, (chosen) => open_(data.name, chosen));
  $("left").replaceChildren(pane.node);
}

const exportAll = told(async () => {
  toast("Writing …");
  const done = await ask("/api/export", {});
  toast(
    `${plural(done.fields, "decided field")} in ${plural(done.filings, "filing")} written to XML, JSON and tables.`,
    ...done.problems.map((p) => h("span", { class: "problem" }, p)),
  );
});

function typed(path, text) {
  const value = unprinted(path, text);
  if (value === null) {
    $("hint").textContent = "This cannot be read as what this field holds. Dates are MM/DD/YYYY, marks (1)(2).";
    $("other").setAttribute("aria-invalid", "true");
    return;
  }
  decide(value === "" ? null : value);
}

/* ---- drawing ---- */

function draw() {
  const field = data.byPath.get(here.path);
  if (!field) {
    toast("This field is not there any more.");
    return;
  }
  const options = choices(field);
  const row = rowOf(here.path);
  const checks = data.checksOf.get(here.path) || [];
  const label = fieldLabel(here.path);
  fill(
    $("decide"),
    h(
      "p",
      { class: "kicker" },
      here.name,
      at >= 0 ? ` · ${at + 1} of ${items.length}` : " · not among the doubtful ones",
    ),
    h(
      "header",
      { class: "what" },
      h("div", {}, h("p", { class: "place" }, label.place), h("h2", {}, label.what), pathName(here.path)),
      pill(field),
    ),
    h(
      "div",
      { class: "bigcrop" },
      cropOf(data, field) || h("p", { class: "empty" }, "There is no picture of this place."),
    ),
    field.status === "corrected"
      ? h(
          "p",
          { class: "decided" },
          "Decided: ",
          h("b", {}, printed(here.path, field.value) || "nothing is printed"),
          " ",
          h(
            "button",
            {
              class: "link",
              onclick: told(async () => {
                history_.push({ ...here });
                await undo();
              }),
            },
            "take it back",
          ),
        )
      : null,
    h(
      "div",
      { class: "choices", role: "group", "aria-label": "Readings" },
      options.map((o, i) => choiceButton(field, o, i)),
    ),
    otherForm(field),
    h(
      "p",
      { class: "moves" },
      h("button", { class: "tool", onclick: () => decide(null) }, h("kbd", {}, "0"), " nothing is printed"),
      h("button", { class: "tool", onclick: () => step(1) }, h("kbd", {}, "s"), " skip"),
      h("button", { class: "tool", onclick: () => step(-1) }, h("kbd", {}, "p"), " previous"),
    ),
    reasonList(field),
    checks.length
      ? h(
          "section",
          {},
          h("h3", {}, "Checks it takes part in"),
          checkList(data, checks, (path) => open_(data.name, path)),
        )
      : null,
    row
      ? h(
          "section",
          {},
          h("h3", {}, "In its table"),
          tableView(data, row.table, (path) => open_(data.name, path), nearby(row)),
        )
      : null,
    h(
      "details",
      { class: "queue" },
      h("summary", {}, `All ${items.length} doubtful fields`),
      h(
        "ol",
        {},
        items
          .slice(0, 500)
          .map((i, n) =>
            h(
              "li",
              {},
              h(
                "button",
                { class: "link", "aria-current": n === at ? "true" : null, onclick: () => open_(i.name, i.path) },
                i.decided ? "✓ " : "",
                `${i.name}: ${fullLabel(i.path)}`,
              ),
            ),
          ),
      ),
    ),
  );
  for (const node of document.querySelectorAll("[data-path]"))
    node.classList.toggle("chosen", node.dataset.path === here.path);
  pane.show(here.path, { zoomTo: 2 });
  progress();
  $("decide").scrollTop = 0;
}

/* The row with its neighbours: the one before and the one after say most about a number. */
function nearby(row) {
  const rows = data.rows.filter((r) => r.table === row.table);
  const index = rows.findIndex((r) => r.row === row.row);
  return new Set(rows.slice(Math.max(0, index - 1), index + 2).map((r) => r.row));
}

function choiceButton(field, option, index) {
  const current = (field.machine ? field.machine.value : field.value) === option.value;
  return h(
    "button",
    { class: "choice", "data-choice": index + 1, onclick: () => decide(option.value) },
    h("kbd", {}, String(index + 1)),
    h("span", { class: "value" }, printed(field.path, option.value)),
    h("span", { class: "muted" }, [current ? "as it is" : null, ...option.readers].filter(Boolean).join(", ")),
  );
}

function otherForm(field) {
  const value = printed(field.path, field.value);
  const input =
    field.path.includes("footnote[") || value.length > 60
      ? h("textarea", { id: "other", rows: "4", "aria-describedby": "hint", spellcheck: "false" })
      : h("input", { id: "other", autocomplete: "off", spellcheck: "false", "aria-describedby": "hint" });
  input.value = value.startsWith("☒") || value.startsWith("☐") ? "" : value;
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      typed(field.path, input.value);
    }
  });
  return h(
    "form",
    {
      class: "other",
      onsubmit: (e) => {
        e.preventDefault();
        typed(field.path, input.value);
      },
    },
    h("label", { for: "other" }, h("kbd", {}, "e"), " something else"),
    input,
    h("button", { class: "tool" }, "Keep"),
    h("p", { id: "hint", role: "alert" }),
  );
}

/* ---- keys ---- */

keyList = [
  ["1 … 9", "take this reading"],
  ["Enter", "take it as it is"],
  ["e", "type something else"],
  ["0", "nothing is printed there"],
  ["s n", "skip"],
  ["p", "previous"],
  ["u", "take the last decision back"],
  ["+ −", "page larger, smaller"],
  ["t", "light or dark"],
  ["?", "this list"],
];

const takeMachine = () => {
  const field = data.byPath.get(here.path);
  const value = field.machine ? field.machine.value : field.value;
  if (value) decide(value);
  else toast("Nothing was read here: type what is printed (e), or say that nothing is (0).");
};
const ACTIONS = {
  Enter: takeMachine,
  e: () => {
    $("other").focus();
    $("other").select();
  },
  0: () => decide(null),
  s: () => step(1),
  n: () => step(1),
  p: () => step(-1),
  "+": () => pane.zoom(1.4),
  "=": () => pane.zoom(1.4),
  "-": () => pane.zoom(1 / 1.4),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
  const general = { u: undo, t: theme, "?": help }[event.key];
  const button = /^[1-9]$/.test(event.key) && document.querySelector(`[data-choice="${event.key}"]`);
  const action = general || (here && (button ? () => button.click() : ACTIONS[event.key]));
  if (action) {
    event.preventDefault();
    action();
  }
});
for (const [id, action] of Object.entries({ undo, export: exportAll, theme, keys: help }))
  $(id).addEventListener("click", action);

const start = told(async () => {
  items = (await ask("/api/queue")).items;
  const asked = /^#([^?]+)\?(.+)$/.exec(location.hash);
  if (asked) {
    await open_(decodeURIComponent(asked[1]), decodeURIComponent(asked[2]));
    if (here) return;
  }
  at = -1;
  await step(1, true);
});
start();
