/* A forecaster believes p and announces q: the expected loss of four scores over all announcements, on one scale. */
import { add, colourOf, curveTable, frame, plot, roundGrip, setAll, SHAPES, slider, state, tile, write } from "./_drawing.js";
import { clamp, linearScale, show } from "./_formulas.js";

const [LEAST, MOST] = [0.01, 0.99];
const TOP = 2.6; // times what "one half" costs

/** Expected loss of announcing q if p is true, and how much that is beyond the honest announcement. */
const SCORES = {
  log: {
    expected: (p, q) => -p * Math.log(q) - (1 - p) * Math.log1p(-q),
    penalty: (p, q) => (p === q ? 0 : p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q))),
    half: Math.LN2,
  },
  brier: {
    expected: (p, q) => p * (1 - q) ** 2 + (1 - p) * q ** 2,
    penalty: (p, q) => (q - p) ** 2,
    half: 0.25,
  },
  spherical: {
    expected: (p, q) => 1 - cosine(p, q) * length(p),
    penalty: (p, q) => { // 1 - cos = sin² / (1 + cos): nothing cancels
      const sine = (p - q) / (length(p) * length(q));
      return (length(p) * sine ** 2) / (1 + cosine(p, q));
    },
    half: 1 - Math.SQRT1_2,
  },
  absolute: {
    expected: (p, q) => p * (1 - q) + (1 - p) * q,
    penalty: (p, q) => (1 - 2 * p) * (q - p),
    half: 0.5,
  },
};
const length = (p) => Math.hypot(p, 1 - p);
const cosine = (p, q) => (p * q + (1 - p) * (1 - q)) / (length(p) * length(q));

/** How each is drawn: colour, width, dashes, shape of its marker, its name and unit. */
const LOOKS = {
  log: ["p", 3, "none", "circle", "log loss, nats"],
  brier: ["q", 2.6, "8 4", "square", "Brier score"],
  spherical: ["j", 3, "2 4", "up", "spherical loss"],
  absolute: ["ink", 1.8, "13 4 3 4", "diamond", "absolute error"],
};
/** Announcements at which a curve is drawn: close to 0 and 1 as well, where the log loss turns upwards at last. */
const NEAR = Array.from({ length: 14 }, (_, i) => 10 ** (i - 16));
const STEPS = [0, ...NEAR, ...Array.from({ length: 499 }, (_, i) => (i + 1) / 500), ...NEAR.map((x) => 1 - x).reverse(), 1];

/** The numbers that the figure shows, as `quantities()` of the Python class.
    @returns {Record<string, number>} */
export function quantities({ p, q }) {
  const pairs = Object.entries(SCORES).flatMap(([name, { expected, penalty }]) => [
    [`expected_${name}`, expected(p, q) + 0], [`penalty_${name}`, penalty(p, q) + 0], // + 0: no zero has a sign
  ]);
  return { belief: p, announced: q, ...Object.fromEntries(pairs) };
}

function render({ model, el }) {
  const traits = state(model, ["p", "q"], update);
  const round = (value) => Math.round(value * 1000) / 1000;
  const view = frame(el, {
    title: "Does honesty pay?",
    hint: "Drag the upper grip to set what the forecaster believes, *p*, and the lower one to set what she announces, *q*; or "
      + "go to a grip with Tab and use the arrow keys. The hollow marks are the lowest points of the curves. All losses are "
      + "drawn in units of what “one half” costs under them; the table has them in their own units.",
    buttons: {
      "Be honest": () => traits.change({ q: model.get("p") }),
      "Say ½": () => traits.change({ q: 0.5 }),
      "Reset": () => traits.change(traits.first),
    },
  });
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const scale = add(svg, "g");
  const lines = mapped(([tint, width, dash]) => add(svg, "path", {
    fill: "none", style: `stroke: ${colourOf(tint)}`, "stroke-width": width, "stroke-dasharray": dash, "stroke-linejoin": "round",
  }));
  const guides = { p: add(svg, "line", { class: "xb-pline", style: "--w: 1.5" }), q: add(svg, "line", { class: "xb-qline", style: "--w: 1.5", "stroke-dasharray": "3 4" }) };
  const lowest = mapped(([tint, , , shape]) => add(svg, "path", { d: SHAPES[shape], style: `fill: var(--xb-bg); stroke: ${colourOf(tint)}`, "stroke-width": 2 }));
  const marks = mapped(([tint, , , shape]) => add(svg, "path", { d: SHAPES[shape], style: `fill: ${colourOf(tint)}; stroke: var(--xb-bg)`, "stroke-width": 1.5 }));
  const words = { p: add(svg, "text", { class: "xb-pt xb-halo", "text-anchor": "middle" }), q: add(svg, "text", { class: "xb-qt xb-halo", "text-anchor": "middle" }) };
  const grips = { p: grip("p", "what the forecaster believes, p", LEAST, MOST), q: grip("q", "what the forecaster announces, q", 0, 1) };
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  const numbers = {
    belief: tile(tiles, "belief", "believes *p*", "", "xb-tp"),
    announced: tile(tiles, "announced", "announces *q*", "", "xb-tq"),
  };
  const fit = curveTable(view.content, {
    label: "expected loss and penalty of the four scores", looks: LOOKS, wide: "4.2em 5.6em",
    heads: ["expected loss", "more than honest"], parts: ["expected", "penalty"],
  }, numbers);
  update();

  function mapped(make) {
    return Object.fromEntries(Object.entries(LOOKS).reverse().map(([name, look]) => [name, make(look)]));
  }

  function grip(name, label, min, max) {
    const node = add(svg, "g");
    const move = roundGrip(node, name, { hit: 22 });
    const sync = slider(node, {
      label, min, max, step: 0.01, big: 0.1,
      get: () => model.get(name),
      set: (value) => traits.change({ [name]: round(value) }),
      text: (value) => show(value, 3),
      at: (x) => axes().x.back(x),
    });
    return { move, sync };
  }

  function axes() {
    const width = drawing.width();
    const [left, right, top] = [34, width - 16, 58];
    const floor = top + clamp(210, width * 0.42, 330);
    return {
      width, left, right, top, floor,
      x: linearScale([0, 1], [left, right]),
      y: (v) => floor - (v / TOP) * (floor - top),
    };
  }

  function update() {
    const { p, q } = traits.values();
    const at = axes();
    drawing.size(at.floor + 82);
    fit(at.width);
    drawScale(at);
    for (const [name, { expected, half }] of Object.entries(SCORES)) {
      const height = (x) => expected(p, x) / half;
      drawCurve(lines[name], at, height);
      place(marks[name], at, q, height(q));
      const best = name !== "absolute" ? p : p > 0.5 ? 1 : 0;
      place(lowest[name], at, best, name === "absolute" && p === 0.5 ? Infinity : height(best));
    }
    drawGrip("p", p, at.top - 12, at.top - 30, at);
    drawGrip("q", q, at.floor + 12, at.floor + 40, at);
    const values = quantities({ p, q });
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    view.state({ p, q });
    view.announce(`Believes ${show(p, 3)}, announces ${show(q, 3)}. More than honest: log ${show(values.penalty_log)} nats, Brier `
      + `${show(values.penalty_brier)}, spherical ${show(values.penalty_spherical)}, absolute ${show(values.penalty_absolute)}.`);
  }

  function place(mark, { x, y }, q, height) {
    const inside = height <= TOP;
    setAll(mark, { visibility: inside ? "visible" : "hidden", transform: `translate(${x(q).toFixed(2)} ${y(inside ? height : 0).toFixed(2)})` });
  }

  function drawCurve(line, { x, y }, height) {
    const heights = STEPS.map(height);
    const inside = (i) => heights[i] <= TOP;
    const drawn = STEPS.map((_, i) => i).filter((i) => inside(i) || inside(i - 1) || inside(i + 1)); // cut off at the top
    const point = (i) => `${x(STEPS[i]).toFixed(2)} ${y(Math.min(heights[i], TOP)).toFixed(2)}`;
    setAll(line, { d: drawn.map((i, k) => `${k && drawn[k - 1] === i - 1 ? "L" : "M"}${point(i)}`).join("") });
  }

  function drawGrip(name, value, height, line, { x, top, floor, left, right }) {
    const { move, sync } = grips[name];
    move(x(value), height);
    setAll(guides[name], { x1: x(value), x2: x(value), y1: top, y2: floor });
    setAll(words[name], { x: clamp(left + 34, x(value), right - 34), y: line });
    write(words[name], name === "p" ? `believes ${show(value, 3)}` : `announces ${show(value, 3)}`);
    sync();
  }

  function drawScale({ left, right, top, floor, x, y }) {
    scale.replaceChildren();
    for (const v of [0, 0.5, 1, 1.5, 2, 2.5]) {
      add(scale, "line", { class: v === 0 || v === 1 ? "xb-axisline" : "xb-gridline", x1: left, x2: right, y1: y(v), y2: y(v) });
      add(scale, "text", { x: left - 7, y: y(v) + 4, "text-anchor": "end" }, v);
    }
    add(scale, "text", { x: left - 28, y: 14 }, "expected loss (“one half” = 1)");
    for (const q of [0, 0.25, 0.5, 0.75, 1]) {
      add(scale, "line", { class: q ? "xb-gridline" : "xb-axisline", x1: x(q), x2: x(q), y1: top, y2: floor });
      add(scale, "text", { x: x(q), y: floor + 57, "text-anchor": q === 1 ? "end" : q ? "middle" : "start" }, q);
    }
    add(scale, "text", { x: (left + right) / 2, y: floor + 75, "text-anchor": "middle" }, "announced probability *q*");
  }
}

export default { render };
