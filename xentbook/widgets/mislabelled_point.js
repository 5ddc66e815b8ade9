/* Two classes on a line and one point with the wrong label: five fits, each a lane with its boundary, now and without it. */
import { add, frame, legend, plot, quantity, setAll, slider, state, subline, tile } from "./_drawing.js";
import { clamp, linearScale, show, sigmoid, signed, softplus, sum, ticks } from "./_formulas.js";

const L2 = 0.02;
const Q = 0.7;
const SHARPNESS = [1, 4, 16];
const PLACES = [-1.5, -0.75, 0, 0.75, 1.5];

/** Each loss as a function of the margin, label times score: its value and its first two derivatives. */
export const LOSSES = {
  cross_entropy: (m) => { const p = sigmoid(m); const rest = sigmoid(-m); return [softplus(-m), -rest, p * rest]; },
  squared_score: (m) => [(m - 1) ** 2, 2 * (m - 1), 2],
  hinge: (m) => [Math.max(0, 1 - m), m < 1 ? -1 : 0, 0],
  squared_probability: (m) => {
    const [p, rest] = [sigmoid(m), sigmoid(-m)];
    return [rest ** 2, -2 * p * rest ** 2, 2 * p * rest ** 2 * (2 * p - rest)];
  },
  generalized_cross_entropy: (m) => {
    const [p, rest] = [sigmoid(m), sigmoid(-m)];
    return [(1 - p ** Q) / Q, -(p ** Q) * rest, p ** Q * rest * (p - Q * rest)];
  },
};
const KINDS = [
  ["cross_entropy", "cross-entropy", "q", "nats"],
  ["squared_score", "squared error, score", "q", ""],
  ["hinge", "hinge", "q", ""],
  ["squared_probability", "squared error, probability", "p", ""],
  ["generalized_cross_entropy", "generalised cross-entropy", "p", ""],
];

/** The value of w u + b, with gradient and Hessian if asked: rows are [s u, s]. */
function objective(loss, rows, [w, b]) {
  const total = { value: (L2 / 2) * (w * w + b * b), g: [L2 * w, L2 * b], h: [L2, 0, L2] };
  for (const [u, one] of rows) {
    const [value, first, second] = loss(w * u + b * one);
    total.value += value;
    total.g[0] += first * u;
    total.g[1] += first * one;
    total.h[0] += second * u * u;
    total.h[1] += second * u * one;
    total.h[2] += second * one * one;
  }
  return total;
}

/** Newton's method from one line; where the surface curves downwards the step still leads down. */
function descend(loss, rows, start) {
  let now = { place: start, ...objective(loss, rows, start) };
  for (let i = 0; i < 60 && Math.hypot(...now.g) > 1e-14; i += 1) {
    const [a, b, c] = now.h;
    const [middle, spread, turn] = [(a + c) / 2, Math.hypot((a - c) / 2, b), Math.atan2(2 * b, a - c) / 2];
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const along = (cos * now.g[0] + sin * now.g[1]) / Math.max(Math.abs(middle + spread), L2);
    const across = (cos * now.g[1] - sin * now.g[0]) / Math.max(Math.abs(middle - spread), L2);
    const step = [cos * along - sin * across, sin * along + cos * across];
    const stepped = (share) => {
      const place = now.place.map((value, k) => value - share * step[k]);
      return { place, ...objective(loss, rows, place) };
    };
    let [share, next] = [1, stepped(1)];
    while (share > 2 ** -40 && !(next.value <= now.value + 1e-13 * Math.abs(now.value))) {
      share /= 2;
      next = stepped(share);
    }
    now = next;
  }
  return { theta: now.place, value: now.value };
}

/** The hinge has kinks: bisect the slope, over w, of the best that b can make of it. */
function hingeFit(u, s) {
  let high = Math.sqrt((2 * u.length) / L2);
  let low = -high;
  let w = 0;
  for (let i = 0; i < 120; i += 1) {
    w = (low + high) / 2;
    if (hingeSlope(u, s, w).slope < 0) low = w; else high = w;
  }
  return [w, hingeSlope(u, s, w).b];
}

function hingeSlope(u, s, w) {
  const kinks = u.map((x, i) => s[i] - w * x);
  const places = [...new Set(kinks)].sort((one, other) => one - other);
  const count = (test) => kinks.reduce((total, kink, i) => total + test(kink, s[i]), 0);
  const left = (k) => L2 * k - count((kink, sign) => sign > 0 && kink >= k) + count((kink, sign) => sign < 0 && kink < k);
  const right = (k) => L2 * k - count((kink, sign) => sign > 0 && kink > k) + count((kink, sign) => sign < 0 && kink <= k);
  const first = places.findIndex((k) => right(k) >= 0);
  let [b, share] = [0, 0];
  if (first < 0) b = places.at(-1) - right(places.at(-1)) / L2;
  else if (left(places[first]) > 0) b = places[first] - left(places[first]) / L2;
  else {
    b = places[first];
    share = -left(b) / (right(b) - left(b));
  }
  const short = (kink, sign) => (kink === b ? (sign > 0 ? 1 - share : share) : Number(sign * (kink - b) > 0));
  return { b, slope: L2 * w - sum(kinks.map((kink, i) => short(kink, s[i]) * s[i] * u[i])) };
}

/** w and b of every loss: from one line where there is one minimum, else the lowest from many. */
export function fitAll(u, s) {
  const rows = u.map((x, i) => [s[i] * x, s[i]]);
  const starts = SHARPNESS.flatMap((w) => PLACES.map((place) => [w, -w * place]));
  const lowest = (loss) => starts.map((start) => descend(loss, rows, start)).reduce((best, one) => (one.value < best.value ? one : best)).theta;
  return {
    cross_entropy: descend(LOSSES.cross_entropy, rows, [0, 0]).theta,
    squared_score: descend(LOSSES.squared_score, rows, [0, 0]).theta,
    hinge: hingeFit(u, s),
    squared_probability: lowest(LOSSES.squared_probability),
    generalized_cross_entropy: lowest(LOSSES.generalized_cross_entropy),
  };
}

/** The fits with and without the square, as boundaries and prices; what is found without it is looked up in `known`. */
function compare({ x, y, position, present }, known = new Map()) {
  const mean = sum(x) / x.length;
  const sd = Math.sqrt(sum(x.map((value) => (value - mean) ** 2)) / x.length);
  const standard = (value) => (value - mean) / sd;
  const u = x.map(standard);
  const s = y.map((label) => 2 * label - 1);
  const key = JSON.stringify([x, y]);
  if (!known.has(key)) known.set(key, fitAll(u, s));
  const without = known.get(key);
  const found = present ? fitAll([...u, standard(position)], [...s, -1]) : without;
  const boundary = ([w, b]) => (w > 0 ? mean - (sd * b) / w : Infinity);
  const price = (name) => LOSSES[name](-(found[name][0] * standard(position) + found[name][1]))[0];
  return { boundary: (name) => boundary(found[name]), before: (name) => boundary(without[name]), price };
}

function numbersOf({ boundary, price }, position) {
  const pairs = KINDS.flatMap(([name]) => [[`boundary_${name}`, boundary(name)], [`price_${name}`, price(name)]]);
  return { position, ...Object.fromEntries(pairs) };
}

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities(traits) {
  return numbersOf(compare(traits), traits.position);
}

function render({ model, el }) {
  const traits = state(model, ["x", "y", "position", "present"], update);
  const unit = model.get("unit");
  const names = model.get("names");
  const view = frame(el, {
    title: "One wrong label, five fits",
    hint: `Drag the square: it is labelled ${names[0]} wherever it lies. Or focus it and use the arrow keys (with Shift, ten times `
      + "as far). Each lane shows where one loss draws its boundary, and as a faint mark where it would be without the square.",
    buttons: {
      "Take it away": () => traits.change({ present: !model.get("present") }),
      "Reset": () => traits.change({ position: traits.first.position, present: traits.first.present }),
    },
  });
  const [toggle] = view.row.children;
  legend(view.content, [["q", "boundary, price without ceiling"], ["p", "boundary, price with a ceiling"]]);
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const scale = add(svg, "g");
  const flowers = add(svg, "g");
  const lanes = KINDS.map(([name, label, kind]) => lane(name, label, kind));
  const grip = makeGrip();
  const place = add(view.content, "p", { class: "xb-hint", style: "color: var(--xb-ink)" }, `The square, labelled ${names[0]}, is at `);
  const numbers = { position: quantity(place, "position") };
  place.append(` ${unit}. The boundaries:`);
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  for (const [name, label, kind, nats] of KINDS) {
    numbers[`boundary_${name}`] = tile(tiles, `boundary_${name}`, label, unit, `xb-t${kind}`);
    numbers[`price_${name}`] = subline(tiles, "the square costs ", `price_${name}`, nats && ` ${nats}`);
  }
  const known = new Map();
  update();

  function lane(name, label, kind) {
    const group = add(svg, "g");
    const wall = add(group, "line", { class: `xb-${kind}line`, style: "--w: 1.25", opacity: 0.6, "stroke-dasharray": kind === "p" ? "none" : "4 3" });
    const ghost = add(group, "line", { class: "xb-axisline", style: "stroke-width: 3" });
    const way = add(group, "line", { class: `xb-${kind}line`, style: "--w: 3" });
    const mark = add(group, "path", { class: `xb-${kind}line`, style: `--w: 2; fill: var(--xb-${kind})` });
    const text = add(group, "text", { class: `xb-halo xb-${kind}t`, "text-anchor": "end" }, label);
    return { name, kind, wall, ghost, way, mark, text };
  }

  function limits() {
    const x = model.get("x");
    const [low, high] = [Math.min(...x), Math.max(...x)];
    return [low, high + ((high - low) * 4) / 3];
  }

  function makeGrip() {
    const node = add(svg, "g");
    const hit = add(node, "rect", { class: "xb-hit", width: 48, height: 48 });
    const ring = add(node, "rect", { class: "xb-ring", width: 29, height: 29, rx: 7 });
    const form = add(node, "rect", { class: "xb-grip xb-j", width: 17, height: 17, rx: 3 });
    const sync = slider(node, {
      label: `${model.get("measure")} of the point labelled ${names[0]}`,
      min: () => limits()[0], max: () => limits()[1], step: 0.1, big: 1,
      get: () => model.get("position"),
      set: (position) => traits.change({ position, present: true }),
      text: (position) => `${show(position)} ${unit}`,
      at: (x) => axes().x.back(x),
    });
    return (x, y, there) => {
      setAll(hit, { x: x - 24, y: y - 24 });
      setAll(ring, { x: x - 14.5, y: y - 14.5 });
      setAll(form, { x: x - 8.5, y: y - 8.5, "stroke-dasharray": there ? "none" : "3 3" });
      sync();
    };
  }

  function axes() {
    const width = drawing.width();
    const [low, high] = limits();
    const [left, right] = [16, width - 16];
    return {
      width, left, right, low, high, rows: { 1: 30, 0: 92 }, floor: 122, lanes: 176, each: width < 480 ? 42 : 38,
      x: linearScale([low, high], [left, right]),
    };
  }

  function update() {
    const now = traits.values();
    const { x, y, position, present } = now;
    const at = axes();
    const found = compare(now, known);
    const { boundary, before } = found;
    drawing.size(at.lanes + KINDS.length * at.each - 8);
    toggle.textContent = present ? "Take it away" : "Put it back";
    drawScale(at);
    drawFlowers(at, x, y);
    lanes.forEach((each, index) => drawLane(at, each, index, boundary(each.name), before(each.name)));
    grip(at.x(position), at.rows[0], present);
    const values = numbersOf(found, position);
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    view.state({ position, present });
    view.announce(`${present ? "Square at" : "No square; it was at"} ${show(position)} ${unit}. Boundaries: ${KINDS.map(([name, label]) => `${label} ${show(boundary(name))}`).join(", ")}.`);
  }

  function drawLane(at, { kind, wall, ghost, way, mark, text }, index, now, before) {
    const y = at.lanes + index * at.each + 14;
    const to = at.x(clamp(at.low, now, at.high + 0.05 * (at.high - at.low)));
    const from = at.x(clamp(at.low, before, at.high));
    setAll(wall, { x1: to, x2: to, y1: at.rows[1] - 14, y2: y });
    setAll(ghost, { x1: from, x2: from, y1: y - 8, y2: y + 8 });
    setAll(way, { x1: from, x2: to, y1: y, y2: y });
    setAll(mark, { d: kind === "q" ? `M${to} ${y - 8}l8 8l-8 8l-8 -8z` : `M${to - 7} ${y}a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z` });
    setAll(text, { x: at.right, y: y + 4, class: `xb-halo xb-${kind}t ${at.width < 300 ? "xb-small" : ""}` });
  }

  function drawFlowers(at, x, y) {
    flowers.replaceChildren();
    const seen = {};
    x.forEach((value, i) => {
      const spot = `${y[i]} ${Math.round(at.x(value) / 9)}`;
      seen[spot] = (seen[spot] ?? 0) + 1;
      const level = at.rows[y[i]] - (seen[spot] - 1) * 9;
      const style = y[i] ? "fill: var(--xb-ink); stroke: var(--xb-ink)" : "fill: var(--xb-bg); stroke: var(--xb-ink)";
      add(flowers, "circle", { cx: at.x(value), cy: level, r: 4, style, "stroke-width": 1.5 });
    });
    const beside = at.x(Math.max(...x)) + 14;
    add(flowers, "text", { class: "xb-halo", x: beside, y: at.rows[1] + 4 }, `labelled ${names[1]}`);
    add(flowers, "text", { class: "xb-halo", x: beside, y: at.rows[0] - 22 }, `labelled ${names[0]}`);
  }

  function drawScale(at) {
    scale.replaceChildren();
    add(scale, "line", { class: "xb-axisline", x1: at.left, x2: at.right, y1: at.floor, y2: at.floor });
    add(scale, "line", { class: "xb-gridline", x1: at.left, x2: at.right, y1: at.rows[0], y2: at.rows[0] });
    for (const tick of ticks(at.low, at.high, at.right - at.left > 420 ? 10 : 5)) {
      add(scale, "line", { class: "xb-axisline", x1: at.x(tick), x2: at.x(tick), y1: at.floor, y2: at.floor + 4 });
      add(scale, "text", { x: at.x(tick), y: at.floor + 18, "text-anchor": "middle" }, signed(tick));
    }
    add(scale, "text", { x: at.right, y: at.floor + 36, "text-anchor": "end" }, `${model.get("measure")} (${unit})`);
  }
}

export default { render };
