/* What all figures are drawn with: elements, numbers, grips, and the frame around them. */
import { clamp, show, signed } from "./_formulas.js";

const SVG = "http://www.w3.org/2000/svg";

/** Adds an element to `parent`. Text may mark mathematics: "*H*(*p*)" sets H and p in the italics of formulas.
    @param {any} parent @param {string} tag @param {Record<string, unknown>} attributes @param {string | number} text
    @returns {any} */
export function add(parent, tag, attributes = {}, text = "") {
  const drawn = tag === "svg" || (parent?.namespaceURI === SVG && parent.localName !== "foreignObject");
  const node = drawn ? document.createElementNS(SVG, tag) : document.createElement(tag);
  setAll(node, attributes);
  if (text !== "") write(node, text);
  parent?.append(node);
  return node;
}

export function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

export function write(node, text) {
  const inner = node.namespaceURI === SVG ? "tspan" : "i";
  node.replaceChildren();
  String(text).split("*").forEach((part, index) => {
    if (index % 2) add(node, inner, { class: "xb-math" }).textContent = part;
    else if (part) node.append(part);
  });
  return node;
}

/** A number on the page whose full value a program can read: returns the function that changes it. */
export function quantity(parent, name, attributes = {}) {
  const node = add(parent, "span", { class: "xb-num", "data-quantity": name, ...attributes });
  return (value) => {
    node.dataset.value = String(value);
    node.textContent = show(value);
  };
}

/** A small box with a named number in it. */
export function tile(parent, name, label, unit = "bits", kind = "") {
  const box = add(parent, "div", { class: `xb-tile ${kind}` });
  add(box, "span", { class: "xb-name" }, label);
  const set = quantity(box, name);
  if (unit) add(box, "span", { class: "xb-unit" }, unit);
  return set;
}

/** One more line in the box that was added last to `tiles`, with a number in it. */
export function subline(tiles, before, name, after = "") {
  const line = add(tiles.lastChild, "span", { class: "xb-unit xb-line" });
  if (before) line.append(before);
  const set = quantity(line, name);
  if (after) line.append(after);
  return set;
}

/** The body of a figure: title, buttons, room for its content, a hint, and a line that screen readers hear. */
export function frame(el, { title, hint, buttons = {} }) {
  const root = add(el, "div", { class: "xb", role: "group", "aria-label": title.replaceAll("*", "") });
  const body = add(root, "div", { class: "xb-frame" });
  const head = add(body, "div", { class: "xb-head" });
  add(head, "div", { class: "xb-title" }, title);
  const row = add(head, "div", { class: "xb-buttons" });
  for (const [name, action] of Object.entries(buttons)) {
    add(row, "button", { type: "button" }, name).addEventListener("click", action);
  }
  const content = add(body, "div", { class: "xb-content" });
  const words = add(body, "p", { class: "xb-hint" }, hint);
  const live = add(body, "p", { class: "xb-live", "aria-live": "polite" });
  let waiting = 0;
  const announce = (text) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { live.textContent = text; }, 500);
  };
  return { root, content, row, hint: words, announce, state: (values) => { root.dataset.state = JSON.stringify(values); } };
}

/** A row that says what a colour and its pattern stand for: kind is "p", "q" or "j". */
export function legend(parent, entries) {
  const row = add(parent, "div", { class: "xb-legend" });
  for (const [kind, text] of entries) {
    const entry = add(row, "span");
    add(entry, "span", { class: `xb-swatch xb-${kind}` });
    add(entry, "span", {}, text);
  }
}

/** A drawing as wide as its place: `width()` is that in pixels, and `redraw` is called whenever it changes. */
export function plot(parent, redraw) {
  const box = add(parent, "div", { class: "xb-plot" });
  const svg = add(box, "svg");
  let width = Math.round(box.clientWidth) || 320;
  const measure = () => {
    const now = Math.round(box.clientWidth);
    if (now > 0 && now !== width) {
      width = now;
      redraw();
    }
  };
  new ResizeObserver(() => requestAnimationFrame(measure)).observe(box);
  const size = (height) => setAll(svg, { viewBox: `0 0 ${width} ${height}`, width, height });
  return { svg, width: () => width, size };
}

/** The hatching that marks q and the dots that mark what is made of both; returns what to write into `fill`. */
export function patterns(svg) {
  const id = `xb-${Math.random().toString(36).slice(2)}`;
  const defs = add(svg, "defs");
  const common = { patternUnits: "userSpaceOnUse", width: 6, height: 6 };
  const hatch = add(defs, "pattern", { id: `${id}-q`, ...common, patternTransform: "rotate(45)" });
  add(hatch, "rect", { width: 6, height: 6, style: "fill: var(--xb-q-soft)" });
  add(hatch, "rect", { width: 2.6, height: 6, style: "fill: var(--xb-q)" });
  const dots = add(defs, "pattern", { id: `${id}-j`, ...common });
  add(dots, "rect", { width: 6, height: 6, style: "fill: var(--xb-j-soft)" });
  add(dots, "circle", { cx: 3, cy: 3, r: 1.7, style: "fill: var(--xb-j)" });
  return { q: `url(#${id}-q)`, j: `url(#${id}-j)` };
}

/** Makes a group of a drawing a slider: by keyboard, by pointer and by touch. All values are those of the slider's scale.
    `options`: label, min, max, step, big, get(), set(value), text(value), and at(x, y), the value under a point of the
    drawing. A gesture begins with `begin()`; with `jump` the value goes where the pointer is, also at once. Returns the function that tells assistive technology the present value.   */
export function slider(node, options) {
  const { label, step, big, get, set, text, at, begin = () => {} } = options;
  const bound = (name) => (typeof options[name] === "function" ? options[name]() : options[name]);
  const move = (value) => set(Math.min(bound("max"), Math.max(bound("min"), value)));
  const snap = (value) => Math.round(value / step) * step;
  setAll(node, { role: "slider", tabindex: 0, "aria-label": label });
  node.classList.add("xb-handle");
  node.addEventListener("keydown", (event) => {
    const size = event.shiftKey ? big : step;
    const steps = { ArrowUp: size, ArrowRight: size, ArrowDown: -size, ArrowLeft: -size, PageUp: big, PageDown: -big };
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in steps) move(Number(snap(get() + steps[event.key]).toPrecision(12)));
    else if (event.key === "Home") move(bound("min"));
    else if (event.key === "End") move(bound("max"));
    else return;
    event.preventDefault();
  });
  node.addEventListener("focus", () => begin());
  // A finger on a grip drags it and must not scroll the page: touch-action alone does not see to that inside drawings.
  const onTrack = (event) => event.target.classList.contains("xb-track");
  node.addEventListener("touchstart", (event) => { if (!onTrack(event)) event.preventDefault(); }, { passive: false });
  node.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const value = (e) => {
      const box = node.ownerSVGElement.getBoundingClientRect();
      return at(e.clientX - box.left, e.clientY - box.top);
    };
    const mine = (act) => (e) => { if (e.pointerId === event.pointerId) act(e); };
    const tap = event.pointerType === "touch" && onTrack(event); // a finger that sets out to scroll changes nothing
    const offset = options.jump || onTrack(event) ? 0 : get() - value(event);
    const follow = mine((e) => move(value(e) + offset));
    const stop = mine((e) => {
      for (const name of ["pointerup", "pointercancel"]) node.removeEventListener(name, stop);
      node.removeEventListener("pointermove", follow);
      if (tap && e.type === "pointerup") start(e);
    });
    const start = (e) => {
      node.focus({ preventScroll: true });
      begin();
      follow(e);
    };
    for (const name of ["pointerup", "pointercancel"]) node.addEventListener(name, stop);
    if (tap) return;
    node.setPointerCapture(event.pointerId);
    node.addEventListener("pointermove", follow);
    start(event);
    event.preventDefault();
  });
  return () => setAll(node, {
    "aria-valuemin": bound("min"), "aria-valuemax": bound("max"), "aria-valuenow": get(), "aria-valuetext": text(get()),
  });
}

/** Sets traits, and calls `redraw` whenever one of them changes, from wherever.
    @param {any} model @param {string[]} names @param {() => void} redraw
    @returns {{ first: any, values: () => any, change: (changes: Record<string, unknown>) => void }} */
export function state(model, names, redraw) {
  for (const name of names) model.on(`change:${name}`, redraw);
  const values = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  return {
    first: values(),
    values,
    change(changes) {
      for (const [name, value] of Object.entries(changes)) model.set(name, value);
      model.save_changes();
    },
  };
}

/** A round grip in a group that is a slider: where a pointer may take it, the ring of its focus, and itself.
    Returns the function that moves it. */
export function roundGrip(node, kind, { hit = 24, ring = 15, size = 9.5 } = {}) {
  const circles = Object.entries({ "xb-hit": hit, "xb-ring": ring, [`xb-grip xb-${kind}`]: size })
    .map(([name, r]) => add(node, "circle", { class: name, r }));
  return (x, y) => { for (const circle of circles) setAll(circle, { cx: x, cy: y }); };
}

/** Lines across at the values of the vertical axis, with the numbers to their left; the one at `base` is the axis itself. */
export function axisLeft(parent, values, { left, right, y, base = 0, gap = 7, text = signed }) {
  for (const value of values) {
    add(parent, "line", { class: value === base ? "xb-axisline" : "xb-gridline", x1: left, x2: right, y1: y(value), y2: y(value) });
    add(parent, "text", { x: left - gap, y: y(value) + 4, "text-anchor": "end" }, text(value));
  }
}

/** The numbers of the horizontal axis, at the height `y`; with `end`, the last one ends at its place. */
export function axisBelow(parent, values, { x, y, text = signed, end = NaN }) {
  for (const value of values) add(parent, "text", { x: x(value), y, "text-anchor": value === end ? "end" : "middle" }, text(value));
}

/** A point of the plane with two grips: a round one that a pointer drags anywhere and keys move along, and a small one beside
    it for up and down. `options`: labels and texts (along, upwards), limits (left, right, bottom, top), step, big,
    get() -> [x, y], set(x, y), and scales() -> { x, y }. Returns the function that moves both to a place of the drawing. */
export function planeGrip(parent, kind, { labels, texts, limits, step, big, get, set, scales }) {
  const colour = `var(--xb-${kind === "n" ? "ink" : kind})`;
  const stalk = add(parent, "line", { style: `stroke: ${colour}; stroke-width: 2` });
  const round = add(parent, "g");
  const moveRound = roundGrip(round, kind, { hit: 20, size: 9 });
  const small = add(parent, "g");
  const squares = [["xb-hit", 34], ["xb-ring", 22], [`xb-grip xb-${kind}`, 14]]
    .map(([name, size]) => ({ size: Number(size), node: add(small, "rect", { class: name, width: size, height: size, rx: 4 }) }));
  const arrows = add(small, "path", { style: `fill: none; stroke: ${colour}; stroke-width: 1.5; pointer-events: none` });
  /** @type {{ gap: number, y: number } | null} */
  let held = null; // while a pointer drags: how far it is from the centre, and where it has taken the point upwards
  for (const node of [round, small]) node.addEventListener("keydown", () => { held = null; });
  small.addEventListener("pointerdown", () => { held = null; });
  round.addEventListener("pointerdown", (event) => {
    const y = get()[1];
    held = { gap: scales().y(y) - (event.clientY - round.ownerSVGElement.getBoundingClientRect().top), y };
  });
  const [left, right, bottom, top] = limits;
  const syncs = [
    slider(round, {
      label: labels[0], min: left, max: right, step, big, text: texts[0],
      get: () => get()[0],
      set: (x) => set(x, held ? clamp(bottom, held.y, top) : get()[1]),
      at: (x, y) => {
        if (held) held.y = scales().y.back(y + held.gap);
        return scales().x.back(x);
      },
    }),
    slider(small, {
      label: labels[1], min: bottom, max: top, step, big, text: texts[1],
      get: () => get()[1],
      set: (y) => set(get()[0], y),
      at: (_, y) => scales().y.back(y),
    }),
  ];
  return (x, y, below) => {
    const cy = y + (below ? 30 : -30);
    moveRound(x, y);
    for (const { size, node } of squares) setAll(node, { x: x - size / 2, y: cy - size / 2 + (size > 30 ? (below ? 6 : -6) : 0) });
    setAll(arrows, { d: `M${x} ${cy - 4.5}v9M${x - 2.5} ${cy - 2}l2.5 -2.5l2.5 2.5M${x - 2.5} ${cy + 2}l2.5 2.5l2.5 -2.5` });
    setAll(stalk, { x1: x, x2: x, y1: y, y2: cy });
    syncs.forEach((sync) => sync());
  };
}

/** The shapes that mark a place on a curve, so that no curve is told by its colour alone. */
export const SHAPES = {
  circle: "M-5 0a5 5 0 1 1 10 0a5 5 0 1 1 -10 0z",
  square: "M-4.5 -4.5h9v9h-9z",
  up: "M0 -6l5.6 10h-11.2z",
  down: "M0 6l5.6 -10h-11.2z",
  diamond: "M0 -6.4l6.4 6.4l-6.4 6.4l-6.4 -6.4z",
};
export const colourOf = (kind) => `var(--xb-${kind})`;
export const inkOf = (kind) => (kind === "ink" || kind === "muted" ? `var(--xb-${kind})` : `var(--xb-${kind}-ink)`);

/** A table with one row a curve: its look, its name, and two numbers. `looks` has for each curve its colour, width, dashes,
    shape and name; `heads` are the names of the numbers' columns, `parts` the beginnings of their quantities, to which the
    setters are added in `numbers`. Returns the function that fits the table to a width. */
export function curveTable(parent, { label, looks, heads, parts, wide }, numbers) {
  const table = add(parent, "div", { role: "table", "aria-label": label,
    style: "display: grid; gap: .2rem .5rem; align-items: center; margin: .6rem 0 0; padding: .55rem .75rem; background: var(--xb-panel); border-radius: 10px" });
  const line = () => add(table, "div", { role: "row", style: "display: contents" });
  const head = line();
  for (const word of ["", ...heads]) add(head, "span", { role: "columnheader", class: "xb-unit", style: word ? "text-align: right" : "" }, word);
  for (const [name, [kind, width, dash, shape, words]] of Object.entries(looks)) {
    const row = line();
    const cell = add(row, "span", { role: "rowheader", style: `display: flex; align-items: center; gap: .5em; min-width: 0; color: ${inkOf(kind)}` });
    const key = add(cell, "svg", { class: "xb-key", height: 16, "aria-hidden": "true", style: "flex: none" });
    add(key, "path", { d: "M-19 0H19", style: `stroke: ${colourOf(kind)}`, "stroke-width": width, "stroke-dasharray": dash });
    add(key, "path", { d: SHAPES[shape], style: `fill: ${colourOf(kind)}; stroke: var(--xb-panel)`, "stroke-width": 1.5 });
    add(cell, "span", {}, words);
    for (const part of parts) {
      const value = add(row, "span", { role: "cell", style: "text-align: right; font-weight: 600" });
      numbers[`${part}_${name}`] = quantity(value, `${part}_${name}`);
    }
  }
  return (width) => { // on a phone the look of a curve is cut down to its marker, so that the numbers have room
    const narrow = width < 430;
    table.style.gridTemplateColumns = narrow ? `minmax(0, 1fr) ${wide}` : "minmax(0, 1.6fr) minmax(0, 1fr) minmax(0, 1fr)";
    table.style.fontSize = narrow ? "14px" : "15px";
    for (const key of table.querySelectorAll(".xb-key")) setAll(key, narrow ? { width: 16, viewBox: "-8 -8 16 16" } : { width: 38, viewBox: "-19 -8 38 16" });
  };
}
