/* Logits to drag. The loss as the package computes it, and three formulas for it with every step rounded to single precision. */
import { add, frame, patterns, plot, setAll, slider, state, tile } from "./_drawing.js";
import { linearScale, show, sum } from "./_formulas.js";

const MOST = 20;
const FARTHEST = 120;
const OVERFLOW = Math.log(2 ** 128); // where exp ends in single precision, above and below
const UNDERFLOW = Math.log(2 ** -150);
const single = Math.fround;
const exp = (x) => single(Math.exp(x));
const total = (values) => values.reduce((a, b) => single(a + b));
const short = (x) => String(Number(x.toPrecision(4))).replace("-", "−");
const without = (values, y) => values.filter((_, k) => k !== y);

const lossOf = (z, y) => Math.log1p(sum(without(z, y).map((value) => Math.exp(value - z[y]))));
function softmaxOf(z) {
  const top = Math.max(...z);
  const weights = z.map((value) => Math.exp(value - top));
  return weights.map((weight) => weight / sum(weights));
}

function inSingle(z, y) {
  const rounded = z.map(single);
  const e = rounded.map(exp);
  const top = Math.max(...rounded);
  const shifted = rounded.map((value) => single(value - top));
  const gaps = without(rounded, y).map((value) => single(value - rounded[y]));
  return {
    naive_single: single(-Math.log(single(e[y] / total(e)))),
    shifted_single: single(single(Math.log(total(shifted.map(exp)))) - shifted[y]),
    target_single: single(Math.log1p(total(gaps.map(exp)))),
    overflows: e.includes(Infinity) || total(e) === Infinity,
    vanishes: e[y] === 0,
  };
}

/** All that is shown: the probabilities q, the numbers in single precision, and what became of the exponentials. */
function evaluate({ logits, true_class: y, shift }) {
  const z = logits.map((value) => value + shift);
  return { z, q: softmaxOf(z), loss: lossOf(z, y), ...inSingle(z, y) };
}

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities(traits) {
  const { q, loss, naive_single, shifted_single, target_single } = evaluate(traits);
  return { loss, naive_single, shifted_single, target_single, ...Object.fromEntries(q.map((value, k) => [`probability_${k}`, value])) };
}

function render({ model, el }) {
  const K = model.get("logits").length;
  const letters = [..."ABCDEF"].slice(0, K);
  const traits = state(model, ["logits", "true_class", "shift"], update);
  const sure = (right) => () => {
    const y = model.get("true_class");
    const winner = right ? y : (y + 1) % K;
    traits.change({ logits: letters.map((_, k) => (k === winner ? 18 : -18)) });
  };
  const view = frame(el, {
    title: "One loss, three ways to compute it",
    hint: "Drag a logit, or focus its grip and use the arrow keys; choose the true class by its letter. Then drag the round grip "
      + "below, which adds the same number to all logits. It moves no probability and no digit of the loss, but it can drive "
      + "single precision to where the exponential is ∞ or 0.",
    buttons: { "Sure and right": sure(true), "Sure and wrong": sure(false), "Reset": () => traits.change(traits.first) },
  });
  const choice = add(view.content, "div", { class: "xb-buttons", role: "group", "aria-label": "true class", style: "align-items: center; margin-bottom: .5rem" });
  add(choice, "span", { class: "xb-unit" }, "true class");
  const picks = letters.map((letter, k) => {
    const button = add(choice, "button", { type: "button" }, letter);
    button.addEventListener("click", () => traits.change({ true_class: k }));
    return button;
  });
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const fills = patterns(svg);
  const scale = add(svg, "g");
  const rows = letters.map(row);
  const line = makeLine();
  const main = add(view.content, "div", { class: "xb-tiles" });
  const numbers = { loss: tile(main, "loss", "the loss, −ln *q* of the true class", "nats", "xb-tp") };
  add(view.content, "p", { class: "xb-hint", style: "color: var(--xb-ink)" }, "The same in single precision, by three formulas:");
  const tiles = add(view.content, "div", { class: "xb-tiles xb-three" });
  const notes = {};
  for (const [name, label, kind] of [
    ["naive_single", "exponentials, quotient, logarithm", "xb-tq"],
    ["shifted_single", "largest logit subtracted first", "xb-tq"],
    ["target_single", "true logit subtracted first, log1p", "xb-tj"],
  ]) {
    numbers[name] = tile(tiles, name, label, "nats", kind);
    notes[name] = add(tiles.lastChild, "span", { class: "xb-unit xb-line" });
  }
  update();

  function row(letter, k) {
    const node = add(svg, "g");
    const bar = add(node, "rect", { class: "xb-qline", height: 16, rx: 3, style: `fill: ${fills.q}` });
    const track = add(node, "rect", { class: "xb-hit xb-track", height: 44, style: "touch-action: pan-y" });
    const hit = add(node, "rect", { class: "xb-hit", width: 44, height: 44 });
    const ring = add(node, "circle", { class: "xb-ring", r: 14 });
    const grip = add(node, "circle", { class: "xb-grip xb-q", r: 8.5 });
    const badge = add(svg, "circle", { class: "xb-pfill", r: 12 });
    const name = add(svg, "text", { "text-anchor": "middle" }, letter);
    const value = add(svg, "text", { class: "xb-halo xb-qt" });
    const share = add(svg, "rect", { class: "xb-qline", height: 10, rx: 2, style: `fill: ${fills.q}` });
    const rail = add(svg, "line", { class: "xb-axisline" });
    const q = add(svg, "text", { class: "xb-num xb-halo", "data-quantity": `probability_${k}` });
    const sync = slider(node, {
      label: `logit of ${letter}`, min: -MOST, max: MOST, step: 0.5, big: 5,
      get: () => model.get("logits")[k],
      set: (v) => traits.change({ logits: model.get("logits").map((old, j) => (j === k ? Math.round(2 * v) / 2 : old)) }),
      text: (v) => `${short(v)} before the shift`,
      at: (x) => axes().x.back(x),
    });
    return { bar, track, hit, ring, grip, badge, name, value, share, rail, q, sync };
  }

  function makeLine() {
    const group = add(svg, "g");
    const zones = [add(group, "rect", { style: `fill: ${fills.j}` }), add(group, "rect", { style: `fill: ${fills.j}` })];
    const ends = [add(group, "text", { class: "xb-halo xb-jt" }, "exp is 0"), add(group, "text", { class: "xb-halo xb-jt", "text-anchor": "end" }, "exp is ∞")];
    const axis = add(group, "line", { class: "xb-axisline" });
    const marks = add(group, "g");
    const node = add(svg, "g");
    const track = add(node, "rect", { class: "xb-hit xb-track", height: 48, style: "touch-action: pan-y" });
    const hit = add(node, "rect", { class: "xb-hit", width: 48, height: 48 });
    const ring = add(node, "circle", { class: "xb-ring", r: 15 });
    const grip = add(node, "circle", { class: "xb-grip xb-n", r: 9.5 });
    const sync = slider(node, {
      label: "shift of all logits", min: -FARTHEST, max: FARTHEST, step: 1, big: 10,
      get: () => model.get("shift"),
      set: (v) => traits.change({ shift: Math.round(v) }),
      text: (v) => `${short(v)} added to all`,
      at: (x) => axes().place.back(x),
    });
    return { zones, ends, axis, marks, track, hit, ring, grip, sync };
  }

  function axes() {
    const width = drawing.width();
    const left = 34;
    const middle = Math.round(width * 0.58);
    const [low, high] = [left + 12, middle - 12];
    const share = middle + 14;
    const [start, end] = [8, width - 8];
    const reach = FARTHEST + MOST + 5;
    const top = 26;
    return {
      width, left, middle, share, right: width - 4, start, end, top, pitch: 48, floor: top + 48 * K,
      x: linearScale([-MOST, MOST], [low, high]),
      place: linearScale([-reach, reach], [start, end]),
    };
  }

  function update() {
    const { logits, true_class: y, shift } = traits.values();
    const at = axes();
    const values = evaluate({ logits, true_class: y, shift });
    const { z, q, loss } = values;
    drawing.size(at.floor + 130);
    drawScale(at, shift);
    rows.forEach((parts, k) => drawRow(parts, k, at, { z: logits[k], shown: z[k], q: q[k], isTrue: k === y }));
    drawLine(at, z, y, shift);
    picks.forEach((button, k) => button.setAttribute("aria-pressed", k === y));
    for (const [name, set] of Object.entries(numbers)) {
      set(values[name]);
      if (notes[name]) describe(name, values);
    }
    view.state({ logits, true_class: y, shift });
    const said = Number.isNaN(values.naive_single) ? "not a number" : show(values.naive_single);
    view.announce(`Loss ${show(loss)} nats, probability of the true class ${show(q[y])}. By exponentials in single precision: ${said}.`);
  }

  /** What became of the number, in words. */
  function describe(name, values) {
    const value = values[name];
    const error = Math.abs(value - values.loss) / values.loss;
    const box = tiles.querySelector(`[data-quantity="${name}"]`);
    if (Number.isNaN(value)) box.textContent = "NaN"; // the name under which computers know it
    const why = values.overflows ? "an exponential has become ∞" : "an exponential has become 0";
    let words = error < 1e-6 ? "right" : `wrong by ${error < 0.0001 ? "less than 0.01" : Number((100 * error).toPrecision(2))} %`;
    if (!Number.isFinite(value)) words = why;
    else if (value === 0) words = "no digit is left";
    notes[name].textContent = words;
  }

  function drawScale(at, shift) {
    scale.replaceChildren();
    add(scale, "text", { class: "xb-strong", x: at.left, y: 12 }, "logits *z*");
    add(scale, "text", { class: "xb-strong", x: at.share, y: 12 }, at.width < 420 ? "*q* = softmax(*z*)" : "probabilities *q* = softmax(*z*)");
    for (const v of [-20, -10, 0, 10, 20]) {
      add(scale, "line", { class: v ? "xb-gridline" : "xb-axisline", x1: at.x(v), x2: at.x(v), y1: at.top, y2: at.floor });
      if (at.width < 420 && v % 20) continue;
      add(scale, "text", { class: "xb-small", x: at.x(v), y: at.floor + 14, "text-anchor": "middle" }, short(v + shift));
    }
    for (const v of [0, 1]) {
      const x = at.share + v * (at.right - at.share);
      add(scale, "text", { class: "xb-small", x, y: at.floor + 14, "text-anchor": v ? "end" : "start" }, v);
    }
  }

  function drawRow({ bar, track, hit, ring, grip, badge, name, value, share, rail, q: shownShare, sync }, k, at, { z, shown, q, isTrue }) {
    const y = at.top + at.pitch * (k + 0.5) + 4;
    const [zero, x] = [at.x(0), at.x(z)];
    setAll(bar, { x: Math.min(zero, x), y: y - 8, width: Math.abs(x - zero) });
    setAll(track, { x: at.left, y: y - 22, width: at.middle - at.left });
    setAll(hit, { x: x - 22, y: y - 22 });
    for (const circle of [ring, grip]) setAll(circle, { cx: x, cy: y });
    setAll(badge, { cx: 14, cy: y });
    badge.style.visibility = isTrue ? "visible" : "hidden";
    setAll(name, { x: 14, y: y + 5, class: isTrue ? "" : "xb-strong", style: isTrue ? "fill: var(--xb-on-p); font-weight: 700" : "" });
    const end = x + 50 > at.middle || (z < 0 && x - 50 > at.left); // beyond the grip, where there is room
    setAll(value, { x: end ? x - 12 : x + 12, y: y - 11, "text-anchor": end ? "end" : "start" });
    value.textContent = short(shown);
    const long = at.right - at.share;
    setAll(rail, { x1: at.share, x2: at.right, y1: y + 12, y2: y + 12 });
    setAll(share, { x: at.share, y: y + 1, width: q * long });
    setAll(shownShare, { x: at.share, y: y - 6, style: isTrue ? "fill: var(--xb-p-ink); font-weight: 700" : "fill: var(--xb-ink)" });
    shownShare.dataset.value = String(q);
    shownShare.textContent = show(q);
    sync();
  }

  function drawLine(at, z, y, shift) {
    const base = at.floor + 80;
    const [low, high] = [at.place(UNDERFLOW), at.place(OVERFLOW)];
    setAll(line.zones[0], { x: at.start, y: base - 22, width: low - at.start, height: 44 });
    setAll(line.zones[1], { x: high, y: base - 22, width: at.end - high, height: 44 });
    setAll(line.ends[0], { x: at.start, y: base - 28 });
    setAll(line.ends[1], { x: at.end, y: base - 28 });
    setAll(line.axis, { x1: at.start, x2: at.end, y1: base, y2: base });
    line.marks.replaceChildren();
    add(line.marks, "text", { class: "xb-strong", x: (low + high) / 2, y: base - 28, "text-anchor": "middle" }, `${at.width < 420 ? "shift" : "shift of all logits:"} ${short(shift)}`);
    for (const v of [-100, -50, 0, 50, 100]) {
      add(line.marks, "line", { class: "xb-axisline", x1: at.place(v), x2: at.place(v), y1: base + 22, y2: base + 27 });
      add(line.marks, "text", { class: "xb-small", x: at.place(v), y: base + 39, "text-anchor": "middle" }, short(v));
    }
    z.forEach((value, k) => {
      const x = at.place(value);
      add(line.marks, "line", { class: k === y ? "xb-pline" : "xb-qline", style: `--w: ${k === y ? 4 : 2.5}`, x1: x, x2: x, y1: base - (k === y ? 19 : 14), y2: base + (k === y ? 19 : 14) });
    });
    const x = at.place(shift);
    setAll(line.track, { x: at.start, y: base - 24, width: at.end - at.start });
    setAll(line.hit, { x: x - 24, y: base - 24 });
    for (const circle of [line.ring, line.grip]) setAll(circle, { cx: x, cy: base });
    line.sync();
  }
}

export default { render };
