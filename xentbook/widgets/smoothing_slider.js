/* Bits per character on unseen text against the amount of smoothing, for all orders at once. */
import { add, frame, plot, roundGrip, setAll, slider, state, tile, write } from "./_drawing.js";
import { clamp, log2, polyline, show, sum } from "./_formulas.js";

const [LOW, HIGH] = [-4, 3]; // powers of ten; the slider has one more place below them, for alpha = 0
const ZERO = LOW - 0.1;
const alphaOf = (t) => (t < LOW - 0.05 ? 0 : 10 ** Math.max(t, LOW));
const placeOf = (alpha) => (alpha === 0 ? ZERO : Math.max(Math.log10(alpha), LOW));

/** The exact cost in bits per character of the held-out text, from the two histograms of its counts. */
function bitsPerCharacter({ letters, contexts, length }, alpha, alphabetSize) {
  if (alpha === 0 && letters[0][0] === 0) return Infinity; // something that never happened, happens
  const spent = contexts.map(([count, occurrences]) => occurrences * log2(count + alpha * alphabetSize));
  const saved = letters.map(([count, occurrences]) => occurrences * log2(count + alpha));
  return (sum(spent) - sum(saved)) / length;
}

/** Powers of ten of the amounts for which the curve is drawn. */
const steps = Array.from({ length: 71 }, (_, i) => LOW + i / 10);
const curveOfTable = (table, alphabetSize) => steps.map((t) => bitsPerCharacter(table, 10 ** (Math.round(t * 10) / 10), alphabetSize));

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities({ tables, alphabet_size: alphabetSize, alpha, order }) {
  const table = tables.find((each) => each.order === order);
  const bits = bitsPerCharacter(table, alpha, alphabetSize);
  return {
    cross_entropy: bits, perplexity: 2 ** bits, alpha, least_cross_entropy: Math.min(...curveOfTable(table, alphabetSize)),
    unseen: table.letters[0][0] === 0 ? table.letters[0][1] : 0,
  };
}

function render({ model, el }) {
  const tables = model.get("tables");
  const K = model.get("alphabet_size");
  const traits = state(model, ["alpha", "order"], update);
  const tableOf = (order) => tables.find((table) => table.order === order);
  const curves = tables.map((table) => ({ order: table.order, bits: curveOfTable(table, K), atZero: bitsPerCharacter(table, 0, K) }));
  const curveOf = (order) => curves.find((curve) => curve.order === order);
  const view = frame(el, {
    title: "How much to expect of what was never seen",
    hint: "Drag the grip along the curve, or focus it and use the arrow keys; choose the length *n* of the *n*-grams with the "
      + "buttons. At the far left *α* is 0: nothing is smoothed, and a single character that never followed its context costs "
      + "infinitely many bits. Far to the right the counts drown, and the model knows nothing any more.",
    buttons: {
      "Best α": () => {
        const { bits } = curveOf(model.get("order"));
        traits.change({ alpha: 10 ** (Math.round(steps[bits.indexOf(Math.min(...bits))] * 10) / 10) });
      },
      "Reset": () => traits.change(traits.first),
    },
  });
  write(view.row.children[0], "Best *α*");
  const choice = add(view.content, "div", { class: "xb-buttons", role: "group", "aria-label": "length n of the n-grams" });
  const orderButtons = tables.map(({ order }) => {
    const button = add(choice, "button", { type: "button" }, `*n* = ${order}`);
    button.addEventListener("click", () => traits.change({ order }));
    return button;
  });
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const scale = add(svg, "g");
  const lines = curves.map(() => ({
    path: add(svg, "path", { fill: "none", "stroke-linejoin": "round" }),
    least: add(svg, "path", {}), zero: add(svg, "circle", { r: 3.5 }), text: add(svg, "text", { class: "xb-halo", "text-anchor": "end" }),
  }));
  const drop = add(svg, "line", { class: "xb-qline", style: "--w: 1.5", "stroke-dasharray": "3 4" });
  const node = add(svg, "g");
  const moveGrip = roundGrip(node, "q", { ring: 16, size: 10 });
  const infinite = add(svg, "text", { class: "xb-halo xb-qt", "text-anchor": "start", style: "font-size: 20px" });
  const sync = slider(node, {
    label: "smoothing alpha, on a logarithmic scale that begins with 0", min: ZERO, max: HIGH, step: 0.1, big: 1,
    get: () => placeOf(model.get("alpha")),
    set: (t) => traits.change({ alpha: alphaOf(t) }),
    text: () => `alpha ${show(model.get("alpha"))}, ${show(bitsPerCharacter(tableOf(model.get("order")), model.get("alpha"), K))} bits per character`,
    at: (x) => axes().value(x),
  });
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  const numbers = {
    cross_entropy: tile(tiles, "cross_entropy", "cross-entropy on unseen text", "bits a character", "xb-tq"),
    perplexity: tile(tiles, "perplexity", "perplexity", `of ${K} characters`, "xb-tq"),
    alpha: tile(tiles, "alpha", "smoothing *α*", "added to each count"),
    least_cross_entropy: tile(tiles, "least_cross_entropy", "at best, for this *n*", "bits a character"),
    unseen: tile(tiles, "unseen", "never seen in training", `of ${tables[0].length.toLocaleString("en")} characters`),
  };
  update();

  function axes() {
    const width = drawing.width();
    const tall = clamp(220, width * 0.44, 330);
    const [left, right, top] = [28, width - 8, 30];
    const start = left + (width < 480 ? 78 : 104); // where 10^-4 stands; alpha = 0 has a place of its own before it
    const all = curves.flatMap((curve) => curve.bits);
    const low = Math.floor(Math.min(...all) * 2) / 2;
    const high = Math.ceil((Math.max(...all, Math.log2(K)) + 0.05) * 2) / 2;
    const zero = left + 25;
    return {
      left, right, top, floor: top + tall, start, zero, low, high,
      x: (t) => (t < LOW ? zero + ((t - ZERO) / (LOW - ZERO)) * (start - zero) : start + ((t - LOW) / (HIGH - LOW)) * (right - start)),
      value: (x) => (x < start ? ZERO + ((x - zero) / (start - zero)) * (LOW - ZERO) : LOW + ((x - start) / (right - start)) * (HIGH - LOW)),
      y: (bits) => (bits === Infinity ? top - 10 : top + ((high - bits) / (high - low)) * tall),
    };
  }

  function update() {
    const { alpha, order } = traits.values();
    const at = axes();
    drawing.size(at.floor + 46);
    drawScale(at);
    curves.forEach((curve, i) => drawCurve(at, curve, lines[i], curve.order === order));
    placeNames(at, order);
    orderButtons.forEach((button, i) => button.setAttribute("aria-pressed", tables[i].order === order));
    const table = tableOf(order);
    const bits = bitsPerCharacter(table, alpha, K);
    const [x, y] = [at.x(placeOf(alpha)), at.y(bits)];
    moveGrip(x, y);
    setAll(drop, { x1: x, x2: x, y1: Math.min(y + 12, at.floor), y2: at.floor });
    setAll(infinite, { x: x + 18, y: y + 7 });
    infinite.textContent = bits === Infinity ? "∞" : "";
    sync();
    const values = quantities({ tables, alphabet_size: K, alpha, order });
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    tiles.querySelector('[data-quantity="unseen"]').textContent = values.unseen.toLocaleString("en");
    view.state({ alpha, order });
    view.announce(`n ${order}, alpha ${show(alpha)}: ${show(bits)} bits per character.`);
  }

  function drawScale({ left, right, top, floor, start, zero, low, high, x, y }) {
    scale.replaceChildren();
    for (let bits = low; bits <= high + 1e-9; bits += 0.5) {
      add(scale, "line", { class: bits > low ? "xb-gridline" : "xb-axisline", x1: left, x2: right, y1: y(bits), y2: y(bits) });
      if (Number.isInteger(bits)) add(scale, "text", { x: left - 7, y: y(bits) + 4, "text-anchor": "end" }, bits);
    }
    add(scale, "text", { x: left - 22, y: top - 15 }, "bits");
    add(scale, "line", { style: "stroke: var(--xb-axis)", "stroke-dasharray": "6 4", x1: left, x2: right, y1: y(Math.log2(K)), y2: y(Math.log2(K)) });
    add(scale, "text", { class: "xb-halo", x: right, y: y(Math.log2(K)) - 6, "text-anchor": "end" }, `knowing nothing: log₂ ${K}`);
    const narrow = right - left < 440;
    for (let t = LOW; t <= HIGH; t += narrow ? 2 : 1) {
      add(scale, "text", { x: Math.min(x(t), right - 10), y: floor + 18, "text-anchor": "middle" }, t < 0 ? `10${"⁰¹²³⁴".at(-t) ? `⁻${"⁰¹²³⁴"[-t]}` : ""}` : 10 ** t);
    }
    add(scale, "text", { class: "xb-strong", x: zero, y: floor + 18, "text-anchor": "middle" }, "0");
    add(scale, "text", { x: zero + (start - zero) * 0.5, y: floor + 18, "text-anchor": "middle" }, "⋯");
    add(scale, "text", { x: (start + right) / 2, y: floor + 39, "text-anchor": "middle" }, "smoothing *α*");
  }

  function drawCurve(at, { bits, atZero }, { path, least, zero }, chosen) {
    const colour = chosen ? "var(--xb-q)" : "var(--xb-axis)";
    setAll(path, {
      d: polyline(bits.map((value, i) => [at.x(steps[i]), at.y(value)])),
      style: `stroke: ${colour}`, "stroke-width": chosen ? 3 : 1.5, opacity: chosen ? 1 : 0.8,
    });
    const i = bits.indexOf(Math.min(...bits));
    setAll(least, { d: `M${at.x(steps[i])} ${at.y(bits[i]) + 3}l5 9h-10z`, style: `fill: ${colour}` });
    setAll(zero, { cx: at.zero, cy: at.y(atZero), style: `fill: ${colour}` });
    zero.style.visibility = atZero < Infinity ? "visible" : "hidden";
  }

  /** Names the curves at their left ends, moved apart where they would touch. */
  function placeNames(at, order) {
    const names = curves.map(({ bits, order: n }, i) => ({ y: at.y(bits[0]) + 4, n, text: lines[i].text })).sort((a, b) => a.y - b.y);
    names.forEach((name, i) => { if (i) name.y = Math.max(name.y, names[i - 1].y + 14); });
    for (const { y, n, text } of names) {
      setAll(text, { x: at.start - 6, y, class: n === order ? "xb-halo xb-qt" : "xb-halo" });
      write(text, `*n* = ${n}`);
    }
  }
}

export default { render };
