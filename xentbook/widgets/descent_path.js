/* Forty steps downhill on a map of the loss over two parameters. The formulas are those of xentbook.optimize. */
import { add, axisBelow, frame, plot, quantity, roundGrip, setAll, slider, state, tile, write } from "./_drawing.js";
import { clamp, linearScale, show, signed, sum } from "./_formulas.js";

const [EDGE, LEAST_STEP, MOST_STEP, N_STEPS, BIAS] = [5, 0.02, 8, 40, 0.5];
const EPS = 2 ** -52;
const METHODS = ["gradient descent", "momentum", "Adam", "Newton"];
const SURFACES = ["one minimum", "two minima"];

/** The logit of a flight and its derivatives in the two parameters: first, and second as [ww, wv, vv]. */
function logit(surface, x, [w, v]) {
  if (surface === "one minimum") return { z: w * x + v, d: [x, 1], dd: [0, 0, 0] };
  const h = Math.tanh(w * x + BIAS);
  const slope = (1 - h) * (1 + h) * x;
  return { z: v * h, d: [v * slope, h], dd: [-2 * v * h * slope * x, slope, 0] };
}

/** The mean cross-entropy at a point in nats, its gradient and its Hessian as [ww, wv, vv]. */
function lossAt({ x, y }, surface, point) {
  const out = { f: 0, g: [0, 0], h: [0, 0, 0] };
  x.forEach((value, i) => {
    const { z, d, dd } = logit(surface, value, point);
    const small = Math.exp(-Math.abs(z));
    const [p, rest] = z > 0 ? [1 / (1 + small), small / (1 + small)] : [small / (1 + small), 1 / (1 + small)];
    const residual = y[i] ? -rest : p;
    out.f += Math.log1p(small) + Math.max(0, y[i] ? -z : z);
    for (const k of [0, 1]) out.g[k] += residual * d[k];
    [[0, 0], [0, 1], [1, 1]].forEach(([a, b], k) => { out.h[k] += p * rest * d[a] * d[b] + residual * dd[k]; });
  });
  const n = x.length;
  return { f: out.f / n, g: out.g.map((s) => s / n), h: out.h.map((s) => s / n) };
}

/** Newton's step, curvature counted as positive and flat directions left alone, and the fall that it promises. */
function newtonStep([ww, wv, vv], g) {
  const unit = [ww, vv].map((c) => (c === 0 ? 1 : Math.sqrt(Math.abs(c))));
  const [a, b, d] = [ww / unit[0] ** 2, wv / (unit[0] * unit[1]), vv / unit[1] ** 2];
  const turn = 0.5 * Math.atan2(2 * b, a - d);
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const axes = [[c, s], [-s, c]];
  const sizes = [a * c * c + 2 * b * c * s + d * s * s, a * s * s - 2 * b * c * s + d * c * c].map(Math.abs);
  const inverse = sizes.map((size) => (size > 2 * EPS * Math.max(...sizes) ? 1 / size : 0));
  const parts = axes.map(([p, q]) => (p * g[0]) / unit[0] + (q * g[1]) / unit[1]);
  const step = [0, 1].map((k) => -sum(axes.map((axis, i) => axis[k] * inverse[i] * parts[i])) / unit[k]);
  return { step, fall: sum(parts.map((part, i) => inverse[i] * part * part)) };
}

function newtonPath(loss, start) {
  const points = [{ at: start, ...loss(start) }];
  for (let arrived = false; points.length <= N_STEPS && !arrived;) {
    const { at, f, g, h } = points.at(-1);
    const { step, fall } = newtonStep(h, g);
    arrived = fall <= 1e-20;
    let moved = null;
    for (let halvings = 0; halvings < 60 && !moved; halvings += 1) {
      const share = 0.5 ** halvings;
      const next = [at[0] + step[0] * share, at[1] + step[1] * share];
      const there = loss(next);
      if (there.f <= f - 1e-4 * share * fall + 16 * EPS * Math.abs(f)) moved = { at: next, ...there };
    }
    if (!moved || step.every((part) => part === 0)) break;
    points.push(moved);
  }
  return points;
}

/** The rule of a method that sees the gradient alone: what to add to each parameter at step t = 1, 2, … */
function rule(method, eta) {
  const [m, v] = [[0, 0], [0, 0]];
  if (method === "gradient descent") return (g) => -eta * g;
  if (method === "momentum") return (g, k) => (v[k] = 0.9 * v[k] - eta * g);
  return (g, k, t) => {
    m[k] = 0.9 * m[k] + (1 - 0.9) * g;
    v[k] = 0.999 * v[k] + (1 - 0.999) * g * g;
    return (-eta * (m[k] / (1 - 0.9 ** t))) / (Math.sqrt(v[k] / (1 - 0.999 ** t)) + 1e-8);
  };
}

/** The points of a path with their losses, gradients and Hessians. */
function descend(flights, landscape, { surface, method, start, step }) {
  const loss = (point) => lossAt(flights, surface, point);
  if (method === "Newton") return newtonPath(loss, start);
  const move = rule(method, step / landscape[surface].L);
  const points = [{ at: start, ...loss(start) }];
  for (let t = 1; t <= N_STEPS && Math.hypot(...points[points.length - 1].g) > 1e-8; t += 1) {
    const { at, g } = points[points.length - 1];
    const next = at.map((value, k) => value + move(g[k], k, t));
    points.push({ at: next, ...loss(next) });
  }
  return points;
}

/** The numbers of a path, as quantities() of the Python class has them, and how many steps there are and go uphill. */
function summary(points, { minima }, step) {
  const { f, g, at } = points.at(-1);
  const gap = f - minima.at(-1)[2];
  return {
    loss: f, gap: gap > 1e-14 ? gap : 0, gradient_norm: Math.hypot(...g), step_ratio: step / 2, steps: points.length - 1,
    uphill: points.filter((point, i) => i && point.f - points[i - 1].f > 1e-9).length, end_w: at[0], end_other: at[1],
  };
}

/** In words: where a path has come to. */
function verdict(points, { minima, saddle }, values) {
  const { at } = points.at(-1);
  const near = (place) => place.length && Math.hypot(at[0] - place[0], at[1] - place[1]) < 0.01;
  if (values.gradient_norm < 1e-6 && near(saddle)) return "It rests on the saddle, where the gradient is zero as well.";
  if (near(minima.at(-1))) return minima.length > 1 ? "It has come to the lower of the two minima." : "It has come to the minimum.";
  if (near(minima[0])) return "It has come to the higher of the two minima, and stays there.";
  if (Math.max(...at.map(Math.abs)) > EDGE) return "It has left the map.";
  const late = points.slice(-11);
  const rises = late.filter((point, i) => i && point.f - late[i - 1].f > 1e-9).length;
  return rises >= 2 ? "It still goes up and down, and does not settle." : "It is still on its way down.";
}

/** All that is shown of one path: its points, its numbers, and in words where it has come to. */
/** @param {any} given */
function follow(given) {
  const { flights, landscape, ...now } = given;
  const points = descend(flights, landscape, now);
  const values = summary(points, landscape[now.surface], now.step);
  return { points, values, last: verdict(points, landscape[now.surface], values) };
}

/** The numbers of a path and its verdict. */
export function outcome(traits) {
  const { values, last } = follow(traits);
  return { ...values, verdict: last };
}

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities(traits) {
  const { steps, uphill, ...values } = follow(traits).values;
  return values;
}

/** The line of one height through a grid of values, as a path: in each square, from where its edges cross the height. */
function contour(values, height, place) {
  let path = "";
  const last = values.length - 1;
  for (let i = 0; i < last; i += 1) {
    for (let j = 0; j < last; j += 1) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const cuts = [];
      corners.forEach(([a, b], k) => {
        const [c, d] = corners[(k + 1) % 4];
        const [from, to] = [values[a][b] - height, values[c][d] - height];
        if (from > 0 !== to > 0) cuts.push(place(a + (c - a) * (from / (from - to)), b + (d - b) * (from / (from - to))));
      });
      for (let k = 0; k + 1 < cuts.length; k += 2) path += `M${cuts[k]}L${cuts[k + 1]}`;
    }
  }
  return path;
}

const GRID = 64;
/** The losses on a grid over the map, and the heights at which lines are drawn. */
function survey(flights, landscape, surface) {
  const coordinate = (i) => -EDGE + (2 * EDGE * i) / GRID;
  const rows = Array.from({ length: GRID + 1 }, (_, i) => Array.from({ length: GRID + 1 }, (_, j) => lossAt(flights, surface, [coordinate(i), coordinate(j)]).f));
  const low = landscape[surface].minima.at(-1)[2];
  const convex = [0.01, 0.03, 0.06, 0.1, 0.16, 0.25, 0.4, 0.6, 0.9, 1.3, 1.8, 2.5, 3.5, 4.5];
  const saddle = [0.01, 0.03, 0.07, 0.12, 0.17, 0.2, 0.215, 0.224, 0.235, 0.2555, 0.3, 0.4, 0.6, 0.9, 1.3, 2, 3];
  const heights = (landscape[surface].saddle.length ? saddle : convex).map((gap) => low + gap);
  return { rows, heights };
}

function render({ model, el }) {
  const [flights, landscape] = [model.get("flights"), model.get("landscape")];
  const maps = Object.fromEntries(SURFACES.map((surface) => [surface, survey(flights, landscape, surface)]));
  const traits = state(model, ["surface", "method", "start", "step"], update);
  const view = frame(el, {
    title: "Forty steps downhill",
    hint: "Drag the round grip to start elsewhere. With the keyboard, the arrow keys move it from left to right, and the square grip "
      + "on the right edge moves it up and down. The lowest grip sets the step size. A diamond marks a minimum, a cross the saddle.",
    buttons: { "Reset": () => traits.change(traits.first) },
  });
  const choose = (name, label, values) => {
    const row = add(view.content, "div", { class: "xb-buttons", role: "group", "aria-label": label, style: "margin: 0 0 .45rem" });
    return values.map((value) => {
      const button = add(row, "button", { type: "button" }, value[0].toUpperCase() + value.slice(1));
      button.addEventListener("click", () => traits.change({ [name]: value }));
      return [value, button];
    });
  };
  const choices = { surface: choose("surface", "landscape", SURFACES), method: choose("method", "method", METHODS) };
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const id = `xb-${Math.random().toString(36).slice(2)}`;
  const mask = add(add(add(svg, "defs"), "clipPath", { id }), "rect");
  const ground = add(svg, "rect", { style: "fill: var(--xb-panel)", rx: 4 });
  const lines = add(svg, "g", { "clip-path": `url(#${id})` });
  const marks = add(svg, "g");
  const track = add(svg, "g", { "clip-path": `url(#${id})` });
  const names = add(svg, "g");
  const scale = add(svg, "g");
  const curve = { line: add(svg, "path", { class: "xb-qline", "stroke-linejoin": "round" }), dots: add(svg, "path", { style: "fill: var(--xb-q)" }) };
  const cross = { across: add(svg, "line", { class: "xb-pline", style: "--w: 1.2", "stroke-dasharray": "3 4" }) };
  const rail = add(svg, "line", { class: "xb-axisline", "stroke-width": 4, "stroke-linecap": "round" });
  const limit = { mark: add(svg, "line", { class: "xb-axisline", "stroke-width": 2 }), text: add(svg, "text", { "text-anchor": "middle" }, "2/*L*") };
  const stepText = add(svg, "text", { class: "xb-qt" });
  const grips = { w: startGrip(), other: edgeGrip(), step: stepGrip() };
  const words = add(view.content, "p", { class: "xb-hint", style: "color: var(--xb-ink); font-weight: 600; margin-top: .4rem" });
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  const numbers = { loss: tile(tiles, "loss", "loss at the end", "nats", "xb-tq") };
  numbers.gap = tile(tiles, "gap", "above the lowest point", "nats", "xb-tq");
  numbers.gradient_norm = tile(tiles, "gradient_norm", "norm of the gradient", "");
  numbers.step_ratio = tile(tiles, "step_ratio", "step size", "× 2/*L*");
  write(tiles.lastChild.lastChild, "times 2/*L*");
  numbers.end_w = tile(tiles, "end_w", "end: *w*", "");
  const otherName = add(add(tiles.lastChild, "span", { class: "xb-unit xb-line" }), "span");
  tiles.lastChild.lastChild.append(" ");
  numbers.end_other = quantity(tiles.lastChild.lastChild, "end_other");
  update();

  function startGrip() {
    const node = add(svg, "g");
    const move = roundGrip(node, "p", { ring: 16 });
    let [held, raw, lift] = [false, 0, 0];
    node.addEventListener("pointerdown", (event) => { held = !event.button; });
    for (const name of ["pointerup", "pointercancel"]) node.addEventListener(name, () => { held = false; });
    const sync = slider(node, {
      label: "start: w", min: -EDGE, max: EDGE, step: 0.1, big: 1,
      get: () => model.get("start")[0],
      set: (w) => traits.change({ start: [tidy(w), held ? tidy(clamp(-EDGE, raw + lift, EDGE)) : model.get("start")[1]] }),
      text: (w) => `w ${show(w)}`,
      at: (x, y) => { raw = axes().y.back(y); return axes().x.back(x); },
      begin: () => { if (held) lift = model.get("start")[1] - raw; },
    });
    return (x, y) => { move(x, y); sync(); };
  }

  function edgeGrip() {
    const node = add(svg, "g");
    const hit = add(node, "rect", { class: "xb-hit", width: 40, height: 44 });
    const ring = add(node, "rect", { class: "xb-ring", width: 28, height: 28, rx: 8 });
    const grip = add(node, "rect", { class: "xb-grip xb-p", width: 16, height: 16, rx: 4 });
    const sync = slider(node, {
      label: "start: the other parameter", min: -EDGE, max: EDGE, step: 0.1, big: 1,
      get: () => model.get("start")[1],
      set: (value) => traits.change({ start: [model.get("start")[0], tidy(value)] }),
      text: (value) => `${otherLetter()} ${show(value)}`,
      at: (x, y) => axes().y.back(y),
    });
    return (x, y) => {
      setAll(hit, { x: x - 20, y: y - 22 });
      setAll(ring, { x: x - 14, y: y - 14 });
      setAll(grip, { x: x - 8, y: y - 8 });
      sync();
    };
  }

  function stepGrip() {
    const node = add(svg, "g");
    const hit = add(node, "rect", { class: "xb-hit", width: 52, height: 44 });
    const ring = add(node, "circle", { class: "xb-ring", r: 16 });
    const grip = add(node, "circle", { class: "xb-grip xb-q", r: 9.5 });
    const sync = slider(node, {
      label: "step size, on a logarithmic scale", min: Math.log10(LEAST_STEP), max: Math.log10(MOST_STEP), step: 0.05, big: 0.5,
      get: () => Math.log10(model.get("step")),
      set: (power) => traits.change({ step: clamp(LEAST_STEP, Number((10 ** power).toPrecision(4)), MOST_STEP) }),
      text: () => `${show(model.get("step"))} divided by L`,
      at: (x) => axes().power.back(x),
    });
    return (x, y) => {
      setAll(hit, { x: x - 26, y: y - 22 });
      for (const part of [ring, grip]) setAll(part, { cx: x, cy: y });
      sync();
    };
  }

  function tidy(value) { return Math.round(value * 1000) / 1000; }
  function otherLetter() { return model.get("surface") === "one minimum" ? "b" : "v"; }

  function axes() {
    const width = drawing.width();
    const [left, top] = [30, 12];
    const [wide, tall] = [width - left - 34, clamp(230, width * 0.52, 400)];
    const [floor, end] = [top + tall, left + wide];
    const [gapTop, gapTall] = [floor + 70, 84];
    const power = linearScale([Math.log10(LEAST_STEP), Math.log10(MOST_STEP)], [left, end]);
    return {
      left, top, wide, tall, floor, end, gapTop, gapFloor: gapTop + gapTall, rail: gapTop + gapTall + 72,
      x: linearScale([-EDGE, EDGE], [left, end]), y: linearScale([-EDGE, EDGE], [floor, top]), power,
      step: (s) => power(Math.log10(s)),
      t: (t) => left + (t / N_STEPS) * wide, gap: (gap) => gapTop + (clamp(0, 1 - Math.log10(Math.max(gap, 1e-9)), 9) / 9) * gapTall,
    };
  }

  function update() {
    const now = traits.values();
    const at = axes();
    const land = landscape[now.surface];
    const { points, values, last } = follow({ flights, landscape, ...now });
    drawing.size(at.rail + 46);
    for (const [name, buttons] of Object.entries(choices)) for (const [value, button] of buttons) button.setAttribute("aria-pressed", now[name] === value);
    drawMap(at, now.surface, land);
    drawPath(at, points);
    drawGap(at, points, land);
    drawRail(at, now);
    const [x, y] = [at.x(now.start[0]), at.y(now.start[1])];
    setAll(cross.across, { x1: x, x2: at.end + 18, y1: y, y2: y });
    grips.w(x, y);
    grips.other(at.end + 18, y);
    grips.step(at.step(now.step), at.rail);
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    write(otherName, `*${otherLetter()}*`);
    words.textContent = `${values.steps} steps, ${values.uphill} of them uphill. ${last}`;
    view.state(now);
    view.announce(`${now.method}, ${values.steps} steps, ${values.uphill} uphill: loss ${show(values.loss)} nats. ${last}`);
  }

  function drawMap(at, surface, { minima, saddle }) {
    for (const part of [mask, ground]) setAll(part, { x: at.left, y: at.top, width: at.wide, height: at.tall });
    const place = (i, j) => `${(at.left + (i / GRID) * at.wide).toFixed(1)} ${(at.floor - (j / GRID) * at.tall).toFixed(1)}`;
    const drawn = `${surface} ${at.wide}`;
    if (lines.dataset.drawn !== drawn) {
      lines.dataset.drawn = drawn;
      lines.replaceChildren();
      for (const height of maps[surface].heights) add(lines, "path", { d: contour(maps[surface].rows, height, place), fill: "none", style: "stroke: var(--xb-axis)", "stroke-width": 0.9 });
    }
    for (const group of [marks, names]) group.replaceChildren();
    minima.forEach(([w, v, f], i) => {
      const [x, y] = [at.x(w), at.y(v)];
      add(marks, "path", { d: `M${x} ${y - 9}l9 9l-9 9l-9 -9z`, style: "fill: var(--xb-bg); stroke: var(--xb-ink)", "stroke-width": 2 });
      const low = i === minima.length - 1;
      add(names, "text", { class: "xb-halo xb-strong", x, y: y + 26, "text-anchor": "middle" }, `${low ? "lowest" : "higher"} ${show(f, 3)}`);
    });
    if (saddle.length) {
      const [x, y] = [at.x(saddle[0]), at.y(saddle[1])];
      add(marks, "path", { d: `M${x - 6} ${y - 6}l12 12m0 -12l-12 12`, style: "stroke: var(--xb-ink)", "stroke-width": 2, fill: "none" });
    }
    scale.replaceChildren();
    axisBelow(scale, [-4, -2, 0, 2, 4], { x: at.x, y: at.floor + 17 });
    for (const tick of [-4, -2, 0, 2, 4]) add(scale, "text", { x: at.left - 7, y: at.y(tick) + 4, "text-anchor": "end" }, signed(tick));
    add(scale, "text", { x: (at.left + at.end) / 2, y: at.floor + 36, "text-anchor": "middle" }, surface === "one minimum" ? "slope *w*" : "weight *w* into the hidden unit");
    add(scale, "text", { class: "xb-strong xb-halo", x: at.left + 7, y: at.top + 17 }, surface === "one minimum" ? "intercept *b* ↑" : "weight *v* out of it ↑");
  }

  function drawPath(at, points) {
    track.replaceChildren();
    const places = points.map(({ at: [w, v] }) => [at.x(w), at.y(v)].map((c) => clamp(-2000, c, 4000).toFixed(1)));
    add(track, "path", { d: `M${places.map((place) => place.join(" ")).join("L")}`, class: "xb-qline", style: "--w: 1.8", "stroke-linejoin": "round" });
    for (const [cx, cy] of places.slice(1)) add(track, "circle", { cx, cy, r: 2.6, style: "fill: var(--xb-q)" });
    const [cx, cy] = places.at(-1);
    add(track, "circle", { cx, cy, r: 5.5, style: "fill: var(--xb-q); stroke: var(--xb-bg)", "stroke-width": 1.5 });
  }

  /** The height above the lowest point at each step, on a scale of powers of ten. */
  function drawGap(at, points, { minima }) {
    for (const power of [0, -4, -8]) {
      const y = at.gap(10 ** power);
      add(scale, "line", { class: "xb-gridline", x1: at.left, x2: at.end, y1: y, y2: y });
      add(scale, "text", { x: at.left - 4, y: y + 4, "text-anchor": "end" }, power ? `10⁻${"⁰¹²³⁴⁵⁶⁷⁸"[-power]}` : "1");
    }
    add(scale, "line", { class: "xb-axisline", x1: at.left, x2: at.end, y1: at.gapFloor, y2: at.gapFloor });
    for (const t of [0, 10, 20, 30, 40]) add(scale, "text", { x: at.t(t), y: at.gapFloor + 16, "text-anchor": "middle" }, t);
    add(scale, "text", { x: at.left, y: at.gapTop - 9 }, at.wide < 300 ? "nats above the lowest point" : "nats above the lowest point, at each step");
    const gaps = points.map(({ f }, t) => [at.t(t).toFixed(1), at.gap(f - minima.at(-1)[2]).toFixed(1)]);
    setAll(curve.line, { d: `M${gaps.map((place) => place.join(" ")).join("L")}` });
    setAll(curve.dots, { d: gaps.map(([x, y]) => `M${x} ${y}m-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0 -4.8 0`).join("") });
  }

  function drawRail(at, { method, step }) {
    setAll(rail, { x1: at.left, x2: at.end, y1: at.rail, y2: at.rail });
    setAll(limit.mark, { x1: at.step(2), x2: at.step(2), y1: at.rail - 12, y2: at.rail + 12 });
    setAll(limit.text, { x: at.step(2), y: at.rail + 29 });
    setAll(stepText, { x: at.left, y: at.rail - 23 });
    write(stepText, method === "Newton" ? "step size: Newton chooses its own" : `step size *η* = ${show(step, 3)}/*L*`);
  }
}

export default { render };
