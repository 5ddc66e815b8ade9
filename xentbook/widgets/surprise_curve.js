/* Two points on the curve -log2 p and their product: what multiplies below the curve adds up beside it. */
import { add, axisLeft, frame, legend, patterns, plot, roundGrip, setAll, slider, state, subline, tile, write } from "./_drawing.js";
import { clamp, polyline, show } from "./_formulas.js";

const LEAST = 0.01;
const MOST = -Math.log2(LEAST); // bits
const TOP = 14; // bits: both events together reach 2 · 6.644
const natsOf = (p) => (p === 1 ? 0 : -Math.log(p));
const bitsOf = (p) => (p === 1 ? 0 : -Math.log2(p));

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities({ p_a: a, p_b: b }) {
  const both = a * b;
  return {
    surprisal_a: bitsOf(a), surprisal_b: bitsOf(b), surprisal_both: bitsOf(both),
    surprisal_a_nats: natsOf(a), surprisal_b_nats: natsOf(b), surprisal_both_nats: natsOf(both),
    probability_a: a, probability_b: b, probability_both: both,
  };
}

function render({ model, el }) {
  let logarithmic = false;
  const traits = state(model, ["p_a", "p_b"], update);
  const view = frame(el, {
    title: "Probabilities multiply, surprises add",
    hint: "Drag *A* or *B* along the curve, or focus a point and use the arrow keys. The right-hand column stacks the two "
      + "surprises: it always ends at the height of *A and B*, the point at the product of the probabilities. On the "
      + "logarithmic axis the curve is a straight line: each halving of *p* costs one more bit.",
    buttons: { "Logarithmic axis": toggle, "Reset": () => traits.change(traits.first) },
  });
  const [axisButton] = view.row.children;
  setAll(axisButton, { "aria-pressed": "false" });
  legend(view.content, [["p", "event *A*"], ["q", "event *B*, independent of *A*"], ["j", "*A and B*, both"]]);
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const fills = patterns(svg);
  const scale = add(svg, "g");
  const curve = add(svg, "path", { fill: "none", style: "stroke: var(--xb-ink)", "stroke-width": 2 });
  const level = add(svg, "line", { style: "--w: 1.5", class: "xb-jline", "stroke-dasharray": "4 4" });
  const column = { a: add(svg, "rect", { class: "xb-pfill", rx: 3 }), b: add(svg, "rect", { class: "xb-qline", rx: 3, style: `fill: ${fills.q}` }) };
  const columnName = {
    a: add(svg, "text", { "text-anchor": "middle", style: "fill: var(--xb-on-p); font-weight: 600" }, "*A*"),
    b: add(svg, "text", { class: "xb-halo xb-qt", "text-anchor": "middle" }, "*B*"),
  };
  const columnText = add(svg, "text", { class: "xb-halo xb-jt", "text-anchor": "middle" });
  const both = {
    stem: add(svg, "line", { style: "--w: 3", class: "xb-jline", "stroke-dasharray": "1 4", "stroke-linecap": "round" }),
    dot: add(svg, "path", { class: "xb-grip xb-j", style: "fill: var(--xb-j)" }),
    text: add(svg, "text", { class: "xb-halo xb-jt" }, "*A and B*"),
  };
  const points = { a: point("a", "p", "A"), b: point("b", "q", "B") };
  const coins = add(view.content, "div", { class: "xb-plot" });
  const rows = makeCoins(coins);
  const tiles = add(view.content, "div", { class: "xb-tiles xb-three" });
  const numbers = {};
  for (const [name, label, kind] of [["a", "surprise of *A*", "xb-tp"], ["b", "surprise of *B*", "xb-tq"], ["both", "surprise of *A and B*", "xb-tj"]]) {
    numbers[`surprisal_${name}`] = tile(tiles, `surprisal_${name}`, label, "bits", kind);
    numbers[`surprisal_${name}_nats`] = subline(tiles, "", `surprisal_${name}_nats`, " nats");
    numbers[`probability_${name}`] = subline(tiles, "at probability ", `probability_${name}`);
  }
  update();

  function toggle() {
    logarithmic = !logarithmic;
    axisButton.setAttribute("aria-pressed", logarithmic);
    update();
  }

  function point(name, kind, label) {
    const stem = add(svg, "line", { style: "--w: 4", class: kind === "p" ? "xb-pline" : "xb-qline", "stroke-dasharray": kind === "p" ? "none" : "5 3" });
    const node = add(svg, "g");
    const move = roundGrip(node, kind, { size: 9 });
    const text = add(svg, "text", { class: `xb-halo xb-strong xb-${kind}t` }, label);
    const key = `p_${name}`;
    const sync = slider(node, {
      label: `probability of ${label}`, min: LEAST, max: 1, step: 0.01, big: 0.1,
      get: () => model.get(key),
      set: (p) => traits.change({ [key]: clamp(LEAST, p, 1) }),
      text: (p) => `${show(p)}, surprisal ${show(bitsOf(p))} bits`,
      at: nearest,
      jump: true,
    });
    return { stem, move, text, sync };
  }

  /** The probability whose point of the curve lies nearest to a place, in steps of a thousandth. */
  function nearest(x, y) {
    const at = axes();
    let best = [Infinity, 1];
    for (let i = 0; i <= 600; i += 1) {
      const bits = (MOST * i) / 600;
      const distance = Math.hypot(at.x(2 ** -bits) - x, at.y(bits) - y);
      if (distance < best[0]) best = [distance, 2 ** -bits];
    }
    return Math.round(best[1] * 1000) / 1000;
  }

  function axes() {
    const width = drawing.width();
    const tall = clamp(250, width * 0.46, 360);
    const left = 26;
    const stack = width < 480 ? 46 : 64;
    const right = width - stack - 22;
    const top = 14;
    const floor = top + tall;
    const x = logarithmic
      ? (p) => right - (Math.log2(1 / p) / TOP) * (right - left)
      : (p) => left + p * (right - left);
    return { width, left, right, top, floor, stack, x, y: (bits) => floor - (bits / TOP) * tall };
  }

  function update() {
    const { p_a: a, p_b: b } = traits.values();
    const at = axes();
    const joint = a * b;
    drawing.size(at.floor + 44);
    drawScale(at);
    const heights = Array.from({ length: 201 }, (_, i) => (TOP * i) / 200);
    setAll(curve, { d: polyline(heights.map((bits) => [at.x(2 ** -bits), at.y(bits)])) });
    for (const [p, { stem, move, text, sync }] of [[a, points.a], [b, points.b]]) {
      const [x, y] = [at.x(p), at.y(bitsOf(p))];
      setAll(stem, { x1: x, x2: x, y1: at.floor, y2: y });
      move(x, y);
      setAll(text, { x: x + 14, y: y - 9 });
      sync();
    }
    const [x, y] = [at.x(joint), at.y(bitsOf(joint))];
    const middle = at.right + 22 + at.stack / 2;
    setAll(both.stem, { x1: x, x2: x, y1: at.floor, y2: y });
    setAll(both.dot, { d: `M${x} ${y - 8}l8 8l-8 8l-8 -8z` });
    setAll(both.text, { x: x + 13, y: y - 8 });
    setAll(level, { x1: x + 9, x2: at.right + 22, y1: y, y2: y });
    const seam = at.y(bitsOf(a));
    setAll(column.a, { x: middle - at.stack / 2, width: at.stack, y: seam, height: at.floor - seam });
    setAll(column.b, { x: middle - at.stack / 2 + 1, width: at.stack - 2, y: Math.min(y, seam), height: Math.max(0, seam - y - 1) });
    for (const [name, from, to] of /** @type {[string, number, number][]} */ ([["a", seam, at.floor], ["b", y, seam]])) {
      setAll(columnName[name], { x: middle, y: (from + to) / 2 + 5 });
      columnName[name].style.visibility = to - from > 20 ? "visible" : "hidden";
    }
    setAll(columnText, { x: middle, y: y - 8 });
    columnText.textContent = show(bitsOf(joint));
    const values = quantities({ p_a: a, p_b: b });
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    rows(values);
    view.state({ p_a: a, p_b: b });
    view.announce(`A ${show(values.surprisal_a)} bits, B ${show(values.surprisal_b)} bits, both ${show(values.surprisal_both)} bits.`);
  }

  function drawScale({ width, left, right, top, floor, stack, x, y }) {
    scale.replaceChildren();
    axisLeft(scale, [0, 2, 4, 6, 8, 10, 12, 14], { left, right: width, y, gap: 6 });
    add(scale, "text", { class: "xb-halo", x: left + 4, y: top - 2 }, "bits");
    const ticks = logarithmic ? [1, 4, 16, 64, 256, 1024, 4096].map((n) => [1 / n, n === 1 ? "1" : `1/${n}`]) : [0, 0.25, 0.5, 0.75, 1].map((p) => [p, p]);
    for (const [p, text] of ticks) add(scale, "text", { x: x(p), y: floor + 18, "text-anchor": "middle" }, text);
    add(scale, "text", { x: (left + right) / 2, y: floor + 37, "text-anchor": "middle" }, "probability *p*");
    add(scale, "text", { x: right + 22 + stack / 2, y: floor + 18, "text-anchor": "middle" }, "*A* + *B*");
  }
}

/** "As surprising as so many heads in a row": one coin a bit. */
function makeCoins(parent) {
  const line = add(parent, "p", { class: "xb-hint", style: "color: var(--xb-ink)" });
  const svg = add(parent, "svg", { "aria-hidden": "true" });
  const fills = patterns(svg);
  return ({ surprisal_a: a, surprisal_b: b, surprisal_both: both }) => {
    const r = 8;
    const pitch = Math.min(24, (Math.max(parent.clientWidth, 240) - 4) / 14);
    setAll(svg, { width: pitch * 14 + 4, height: 24, viewBox: `0 0 ${pitch * 14 + 4} 24` });
    svg.style.width = "auto";
    write(line, `*A and B* together: as surprising as ${both.toFixed(2)} heads in a row from a fair coin`);
    for (const old of svg.querySelectorAll(".xb-coin")) old.remove();
    const radius = Math.min(r, pitch / 2 - 1);
    for (let i = 0; i < Math.ceil(both - 1e-9); i += 1) {
      const cx = 2 + pitch * (i + 0.5);
      const coin = add(svg, "g", { class: "xb-coin" });
      for (const [from, to, style] of /** @type {[number, number, string][]} */ ([[0, a, "fill: var(--xb-p)"], [a, a + b, `fill: ${fills.q}`]])) {
        const [low, high] = [clamp(i, from, i + 1) - i, clamp(i, to, i + 1) - i];
        if (high > low) add(coin, "path", { d: slice(cx, 12, radius, low, high), style });
      }
      add(coin, "circle", { cx, cy: 12, r: radius, class: "xb-axisline" });
    }
  };
}

/** The part of a disc between two fractions of a turn. */
function slice(cx, cy, r, from, to) {
  if (to - from > 0.999) return `M${cx - r} ${cy}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z`;
  const at = (turn) => [cx + r * Math.sin(2 * Math.PI * turn), cy - r * Math.cos(2 * Math.PI * turn)];
  const [a, b] = [at(from), at(to)];
  return `M${cx} ${cy}L${a[0]} ${a[1]}A${r} ${r} 0 ${to - from > 0.5 ? 1 : 0} 1 ${b[0]} ${b[1]}z`;
}

export default { render };
