/* Light or dark, and the list of keys. */

function theme() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("ocr-form4-theme", document.documentElement.dataset.theme);
  } catch {
    /* not kept, then */
  }
}
try {
  const last = localStorage.getItem("ocr-form4-theme");
  if (last) document.documentElement.dataset.theme = last;
} catch {
  /* a page from disk may have no storage */
}

let keyList = [];
function help() {
  const dialog = document.getElementById("help");
  dialog.replaceChildren(
    h("h2", { id: "help-title" }, "Keys"),
    h(
      "dl",
      { class: "keys" },
      keyList.map(([keys, text]) =>
        h(
          "div",
          {},
          h(
            "dt",
            {},
            keys.split(" ").map((k) => h("kbd", {}, k)),
          ),
          h("dd", {}, text),
        ),
      ),
    ),
    h("form", { method: "dialog" }, h("button", { class: "tool" }, "Close")),
  );
  dialog.showModal();
}
