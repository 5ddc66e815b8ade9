/* Five losses of one logit above (or beside) their slopes: a gradient that is left where the prediction is most wrong. */
import { add, axisLeft, colourOf, curveTable, frame, inkOf, plot, roundGrip, setAll, SHAPES, slider, state, tile, write } from "./_drawing.js";
import { clamp, linearScale, polyline, show, sigmoid, signed, softplus } from "./_formulas.js";

const FAR = 10; // nats

/** Loss and derivative at margin m = z for label 1, -z for label 0, of each loss; the derivative is in m. */
const LOSSES = {
  cross_entropy: ({ a, r }) => [a, -r],
  squared_error: ({ p, r }) => [r * r, -2 * p * r * r],
  absolute_error: ({ p, r }) => [r, -p * r],
  hinge: ({ m }) => [Math.max(0, 1 - m), m < 1 ? -1 : 0],
  focal: ({ a, p, r }) => [r * r * a, -r * r * (r + 2 * p * a)],
};
/** How each is drawn: colour, width, dashes, shape of its marker, its name. */
const LOOKS = {
  cross_entropy: ["p", 3.2, "none", "circle", "cross-entropy"],
  squared_error: ["q", 2.4, "8 4", "square", "squared error"],
  absolute_error: ["j", 2.8, "2 4", "up", "absolute error"],
  hinge: ["ink", 1.5, "none", "diamond", "hinge"],
  focal: ["muted", 2.2, "13 4 3 4", "down", "focal, *γ* = 2"],
};
/** Where the curves are named, for label 1: margin and value of the text, its anchor, and a point that a line leads to. */
const NAMES = {
  loss: [
    ["hinge", "hinge", -6.3, 7.9, "start"],
    ["cross_entropy", "cross-entropy", -4.5, 3.75, "end"],
    ["focal", "and focal", -4.5, 3, "end"],
    ["absolute_error", "absolute and", -9.8, 2.2, "start"],
    ["squared_error", "squared error", -9.8, 1.5, "start"],
  ],
  gradient: [
    ["hinge", "hinge", 1.4, -0.92, "start"],
    ["cross_entropy", "cross-entropy", -2.1, -0.68, "end"],
    ["squared_error", "squared error", -2.2, -0.31, "end"],
    ["absolute_error", "absolute error", -3.1, 0.13, "end", [-2.9, 0.12, -1.6, -0.125]],
    ["focal", "focal", -5.2, -1.14, "end"],
  ],
};

/** All of them at one logit: surprise a, probability p of the label and r of the other one, without cancellation. */
function evaluate(z, y) {
  const side = y ? 1 : -1;
  const m = side * z;
  const [r, a] = [sigmoid(-m), softplus(-m)];
  const found = { probability: sigmoid(z) };
  for (const [name, formula] of Object.entries(LOSSES)) {
    const [loss, slope] = formula({ m, a, r, p: Math.exp(-a) });
    found[`loss_${name}`] = loss;
    found[`gradient_${name}`] = side * slope;
  }
  return found;
}

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities({ z, y }) {
  return evaluate(z, y);
}

function render({ model, el }) {
  const traits = state(model, ["z", "y"], update);
  const label = (y) => () => traits.change({ y });
  const view = frame(el, {
    title: "Who still pushes when you are most wrong?",
    hint: "Drag the round grip, or click into a panel, or focus the grip and use the arrow keys, to move the logit *z*; choose the "
      + "label with the buttons. With label 1 everything to the left is wrong, the farther the more confidently. In the "
      + "table, *loss* is what is paid, and *slope* is what a step of gradient descent is made of.",
    buttons: { "Label 1": label(1), "Label 0": label(0), "Reset": () => traits.change(traits.first) },
  });
  const [one, zero] = view.row.children;
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const panels = ["loss", "gradient"].map(panel);
  const node = add(svg, "g");
  const tracks = panels.map(() => add(node, "rect", { class: "xb-hit xb-track" }));
  const guides = panels.map(() => add(node, "line", { style: "stroke: var(--xb-ink); pointer-events: none", "stroke-dasharray": "2 3" }));
  const marks = panels.map(() => Object.fromEntries(Object.entries(LOOKS).map(([name, [kind, , , shape]]) => [
    name, add(node, "path", { d: SHAPES[shape], style: `fill: ${colourOf(kind)}; stroke: var(--xb-bg); pointer-events: none`, "stroke-width": 1.5 }),
  ])));
  const mate = { hit: add(node, "circle", { class: "xb-hit", r: 22 }), form: add(node, "circle", { r: 8, style: "fill: var(--xb-bg); stroke: var(--xb-ink)", "stroke-width": 2 }) };
  const moveGrip = roundGrip(node, "n");
  let inside = 0; // the panel in which a gesture began
  node.addEventListener("pointerdown", (event) => {
    const box = svg.getBoundingClientRect();
    const at = axes();
    inside = at.wide && event.clientX - box.left > at.panels[1].left - 20 ? 1 : 0;
  }, true);
  const sync = slider(node, {
    label: "logit z", min: -FAR, max: FAR, step: 0.1, big: 1,
    get: () => model.get("z"),
    set: (z) => traits.change({ z: clamp(-FAR, z, FAR) }),
    text: (z) => `${show(z)} nats, probability of class 1 ${show(sigmoid(z))}`,
    at: (x) => Math.round(axes().panels[inside].x.back(x) * 100) / 100,
  });
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  const numbers = { probability: tile(tiles, "probability", "*q* = *σ*(*z*), probability of class 1", "", "") };
  const where = add(tiles.lastChild, "span", { class: "xb-unit xb-line" });
  const fit = curveTable(view.content, {
    label: "loss and slope of the five losses", looks: LOOKS, wide: "3.6em 5.6em", heads: ["loss", "slope in *z*"], parts: ["loss", "gradient"],
  }, numbers);
  update();

  function panel(kind) {
    const group = add(svg, "g");
    const scale = add(group, "g");
    const lines = {};
    for (const name of ["hinge", "focal", "absolute_error", "squared_error", "cross_entropy"]) {
      const [tint, width, dash] = LOOKS[name];
      lines[name] = add(group, "path", { fill: "none", style: `stroke: ${colourOf(tint)}`, "stroke-width": width, "stroke-dasharray": dash, "stroke-linejoin": "round" });
    }
    const names = add(group, "g", { "aria-hidden": "true" });
    return { kind, scale, lines, names };
  }

  function axes() {
    const width = drawing.width();
    const wide = width >= 620;
    const tall = clamp(190, width * (wide ? 0.34 : 0.6), 270);
    const each = wide ? (width - 18) / 2 : width;
    const rise = model.get("y") ? [-1.25, 0.25] : [-0.25, 1.25];
    const panelAt = (kind, index) => {
      const left = (wide ? index * (each + 18) : 0) + 30;
      const right = left - 30 + each - 12;
      const top = 26 + (wide ? 0 : index * (tall + 78));
      const [low, high] = kind === "loss" ? [0, 11] : rise;
      return {
        left, right, top, floor: top + tall, low, high, small: right - left < 300,
        x: linearScale([-FAR, FAR], [left, right]),
        y: (v) => top + ((high - v) / (high - low)) * tall,
      };
    };
    return { wide, tall, width, panels: [panelAt("loss", 0), panelAt("gradient", 1)] };
  }

  function update() {
    const { z, y } = traits.values();
    const at = axes();
    drawing.size(at.panels[1].floor + 50);
    fit(at.width);
    one.setAttribute("aria-pressed", y === 1);
    zero.setAttribute("aria-pressed", y === 0);
    const values = evaluate(z, y);
    at.panels.forEach((place, i) => {
      const { kind } = panels[i];
      drawScale(place, panels[i], y);
      drawCurves(place, panels[i], y);
      drawNames(place, panels[i], y);
      setAll(tracks[i], { x: place.left, y: place.top, width: place.right - place.left, height: place.floor - place.top });
      setAll(guides[i], { x1: place.x(z), x2: place.x(z), y1: place.top, y2: place.floor });
      for (const [name, mark] of Object.entries(marks[i])) {
        setAll(mark, { transform: `translate(${place.x(z).toFixed(2)} ${place.y(values[`${kind}_${name}`]).toFixed(2)})` });
      }
    });
    moveGrip(at.panels[0].x(z), at.panels[0].floor);
    for (const circle of Object.values(mate)) setAll(circle, { cx: at.panels[1].x(z), cy: at.panels[1].floor });
    sync();
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    const mistaken = (z > 0) !== (y === 1);
    write(where, `at *z* = ${show(z)}, label ${y}: ${z === 0 ? "undecided" : mistaken ? "wrong" : "right"}`);
    view.state({ z, y });
    view.announce(`logit ${show(z)}, label ${y}: slopes cross-entropy ${show(values.gradient_cross_entropy)}, squared error `
      + `${show(values.gradient_squared_error)}, absolute error ${show(values.gradient_absolute_error)}, hinge `
      + `${show(values.gradient_hinge)}, focal ${show(values.gradient_focal)}.`);
  }

  function drawScale({ left, right, top, floor, low, high, x, y }, { kind, scale }, chosen) {
    scale.replaceChildren();
    const sign = chosen ? "right" : "wrong";
    const ticks = kind === "loss" ? [0, 2, 4, 6, 8, 10] : [-1, -0.5, 0, 0.5, 1].filter((v) => v > low && v < high);
    axisLeft(scale, ticks, { left, right, y, gap: 6 });
    if (kind === "gradient") add(scale, "line", { class: "xb-gridline", x1: left, x2: right, y1: floor, y2: floor });
    add(scale, "text", { class: "xb-strong", x: left - 26, y: top - 10 }, kind === "loss" ? "loss" : "slope of the loss in *z*");
    for (const z of [-10, -5, 0, 5, 10]) {
      add(scale, "line", { class: z ? "xb-gridline" : "xb-axisline", x1: x(z), x2: x(z), y1: top, y2: floor });
      const anchor = z === 10 ? "end" : "middle";
      add(scale, "text", { x: z === 10 ? right + 8 : x(z), y: floor + 25, "text-anchor": anchor }, signed(z));
    }
    add(scale, "text", { x: (x(-5) + x(0)) / 2 - 14, y: floor + 43, "text-anchor": "middle" }, `← ${sign === "right" ? "wrong" : "right"}`);
    add(scale, "text", { x: x(0), y: floor + 43, "text-anchor": "middle" }, "logit *z*");
    add(scale, "text", { x: (x(5) + x(0)) / 2 + 14, y: floor + 43, "text-anchor": "middle" }, `${sign} →`);
  }

  function drawCurves(place, { kind, lines }, chosen) {
    const logits = Array.from({ length: 401 }, (_, i) => -FAR + (2 * FAR * i) / 400);
    const found = logits.map((z) => evaluate(z, chosen));
    const top = (v) => place.y(clamp(place.low, v, place.high));
    for (const [name, line] of Object.entries(lines)) {
      setAll(line, { d: polyline(logits.map((z, i) => [place.x(z), top(found[i][`${kind}_${name}`])])) });
    }
  }

  /** The names stand where label 1 has them, or at the mirrored place. */
  function drawNames(place, { kind, names }, chosen) {
    const { x, y } = place;
    names.replaceChildren();
    const side = chosen ? 1 : -1;
    const rise = kind === "gradient" ? side : 1;
    for (const [name, words, margin, value, anchor, lead] of NAMES[kind]) {
      const tint = inkOf(LOOKS[name][0]);
      const turned = { start: "end", end: "start", middle: "middle" }[anchor];
      if (lead) {
        const [m1, v1, m2, v2] = lead;
        add(names, "line", { x1: x(side * m1), y1: y(rise * v1), x2: x(side * m2), y2: y(rise * v2), style: `stroke: ${tint}`, "stroke-width": 1 });
      }
      const text = { x: x(side * margin), y: y(rise * value) + 4, "text-anchor": chosen ? anchor : turned, class: place.small ? "xb-halo xb-small" : "xb-halo", style: `fill: ${tint}; font-weight: 600` };
      add(names, "text", text, words);
    }
  }
}

export default { render };
