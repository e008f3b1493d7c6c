/* A page of the scan with its boxes, and crops of it. */

const turned = (page) => (page.rotation || 0) % 180 !== 0;

/* Width over height of the page as a viewer shows it; a fax has other resolutions across and down. */
const aspect = (page) => page.width / page.dpi[0] / (page.height / page.dpi[1]);

/* The pane: {node, show(path), refresh()}. `choose(path)` is called when a box is clicked. */
function pagePane(data, choose) {
  const state = { number: (data.pages[0] || {}).number, zoom: 1, boxes: "all", upright: true };
  const viewport = h("div", { class: "viewport", tabindex: "0", role: "region", "aria-label": "The page as scanned" });
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": "Pages" });
  const zoomOut = h(
    "button",
    { class: "tool", "aria-label": "Smaller", title: "Smaller (−)", onclick: () => zoom(1 / 1.4) },
    "−",
  );
  const zoomIn = h(
    "button",
    { class: "tool", "aria-label": "Larger", title: "Larger (+)", onclick: () => zoom(1.4) },
    "+",
  );
  const turn = h(
    "button",
    {
      class: "tool",
      title: "Show the page upright or as scanned",
      onclick: () => {
        state.upright = !state.upright;
        draw();
      },
    },
    "↻ turn",
  );
  const boxes = h(
    "select",
    {
      class: "tool",
      "aria-label": "Boxes shown",
      onchange: () => {
        state.boxes = boxes.value;
        draw();
      },
    },
    h("option", { value: "all" }, "all boxes"),
    h("option", { value: "review" }, "doubtful only"),
    h("option", { value: "none" }, "no boxes"),
  );
  const node = h(
    "div",
    { class: "pane" },
    h("div", { class: "toolbar" }, tabs, h("span", { class: "spring" }), boxes, turn, zoomOut, zoomIn),
    viewport,
  );

  function draw() {
    const page = data.pages.find((p) => p.number === state.number);
    tabs.replaceChildren(
      ...(data.pages.length < 2
        ? []
        : data.pages.map((p) =>
            h(
              "button",
              {
                class: "tab",
                "aria-pressed": String(p.number === state.number),
                onclick: () => {
                  state.number = p.number;
                  draw();
                },
              },
              `Page ${p.number}`,
            ),
          )),
    );
    if (!page) {
      viewport.replaceChildren(h("p", { class: "empty" }, "This filing has no pages."));
      return;
    }
    turn.hidden = !page.rotation;
    const rotation = state.upright ? page.rotation || 0 : 0;
    const across = rotation % 180 !== 0;
    const ratio = aspect(page);
    const sheet = h(
      "div",
      { class: "sheet" },
      page.picture
        ? h("img", { src: page.picture, alt: `Page ${page.number} of the scan`, draggable: "false" })
        : h(
            "p",
            { class: "nopicture" },
            "The scan is no longer there, or has changed since it was read. Boxes show where the fields were.",
          ),
    );
    sheet.style.width = across ? `${ratio * 100}%` : "100%";
    sheet.style.aspectRatio = String(ratio);
    sheet.style.transform = `translate(-50%, -50%) rotate(${-rotation}deg)`;
    for (const field of data.fields) if (field.page === page.number && field.box) sheet.append(boxButton(page, field));
    const frame = h("div", { class: "frame", "data-boxes": state.boxes }, sheet);
    frame.style.width = `${state.zoom * 100}%`;
    frame.style.aspectRatio = String(across ? 1 / ratio : ratio);
    viewport.replaceChildren(frame);
  }

  function boxButton(page, field) {
    const [x0, y0, x1, y1] = field.box;
    const text = `${fullLabel(field.path)}: ${printed(field.path, field.value) || "not read"}, ${percent(field.confidence)}`;
    const button = h("button", {
      class: `box ${level(field)} ${field.status}`,
      "data-path": field.path,
      tabindex: "-1",
      title: text,
      "aria-label": text,
      onclick: () => choose(field.path, "page"),
    });
    button.style.left = `${(100 * x0) / page.width}%`;
    button.style.top = `${(100 * y0) / page.height}%`;
    button.style.width = `${(100 * (x1 - x0)) / page.width}%`;
    button.style.height = `${(100 * (y1 - y0)) / page.height}%`;
    if (field.path === state.path) button.classList.add("chosen");
    return button;
  }

  function zoom(factor) {
    const before = viewport.scrollHeight,
      x = viewport.scrollLeft,
      y = viewport.scrollTop;
    state.zoom = Math.min(6, Math.max(1, state.zoom * factor));
    draw();
    const grown = viewport.scrollHeight / before;
    viewport.scrollTo(
      (x + viewport.clientWidth / 2) * grown - viewport.clientWidth / 2,
      (y + viewport.clientHeight / 2) * grown - viewport.clientHeight / 2,
    );
  }

  /* Turns to the field's page and brings its box into the middle. */
  function show(path, { zoomTo } = {}) {
    state.path = path;
    const field = data.byPath.get(path);
    if (zoomTo) state.zoom = zoomTo;
    if (field && field.page && (field.page !== state.number || zoomTo)) {
      state.number = field.page;
      draw();
    }
    for (const button of viewport.querySelectorAll(".box"))
      button.classList.toggle("chosen", button.dataset.path === path);
    const chosen = viewport.querySelector(".box.chosen");
    if (!chosen) return;
    const a = chosen.getBoundingClientRect(),
      b = viewport.getBoundingClientRect();
    viewport.scrollBy({
      left: a.left + a.width / 2 - b.left - b.width / 2,
      top: a.top + a.height / 2 - b.top - b.height / 2,
    });
  }

  draw();
  return { node, show, zoom, redraw: draw };
}

/* A field's place enlarged: its own picture where there is one, else cut out of the page's picture. */
function cropOf(data, field) {
  const label = `The place on the scan: ${fullLabel(field.path)}`;
  if (field.crop) return h("img", { class: "crop", src: field.crop, alt: label });
  const page = data.pages.find((p) => p.number === field.page);
  if (!page || !page.picture || !field.box) return null;
  const canvas = h("canvas", { class: "crop", role: "img", "aria-label": label, width: "1", height: "1" });
  const picture = new Image();
  picture.onload = () => drawCrop(canvas, picture, page, field.box);
  picture.src = page.picture;
  return canvas;
}

function drawCrop(canvas, picture, page, box) {
  const sx = picture.naturalWidth / page.width,
    sy = picture.naturalHeight / page.height;
  const margin = 0.12;
  const x0 = Math.max(0, box[0] - margin * page.dpi[0]) * sx,
    x1 = Math.min(page.width, box[2] + margin * page.dpi[0]) * sx;
  const y0 = Math.max(0, box[1] - margin * page.dpi[1]) * sy,
    y1 = Math.min(page.height, box[3] + margin * page.dpi[1]) * sy;
  const scale = 2,
    width = Math.max(1, (x1 - x0) * scale),
    height = Math.max(1, (y1 - y0) * scale);
  canvas.width = turned(page) ? height : width;
  canvas.height = turned(page) ? width : height;
  const context = canvas.getContext("2d");
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((-(page.rotation || 0) * Math.PI) / 180);
  context.drawImage(picture, x0, y0, x1 - x0, y1 - y0, -width / 2, -height / 2, width, height);
}
