/* A Gaussian q for a p with two peaks. Below, where along x each of the two divergences is paid. */
import { add, frame, legend, patterns, plot, quantity, setAll, slider, state, subline, tile, write } from "./_drawing.js";
import { clamp, linearScale, log2, polyline, show, signed, sum, ticks } from "./_formulas.js";


/** q on the grid: its logarithms (they cannot underflow), itself, and the sum that normalises it. */
function gaussian(x, mean, sd) {
  const exponents = x.map((value) => -0.5 * ((value - mean) / sd) ** 2);
  const normaliser = sum(exponents.map(Math.exp));
  const logs = exponents.map((value) => (value - Math.log(normaliser)) / Math.LN2);
  return { normaliser, logs, q: exponents.map((value) => Math.exp(value) / normaliser) };
}

/** What each point of the grid adds to KL(p‖q) and to KL(q‖p), in bits. */
function costs(p, { q, logs }) {
  const logRatio = p.map((value, i) => log2(value) - logs[i]);
  return { forward: p.map((value, i) => value * logRatio[i]), reverse: q.map((value, i) => -value * logRatio[i]) };
}

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities({ x, p, mean, sd, best_forward: forward, best_reverse: reverse }) {
  const fit = gaussian(x, mean, sd);
  const parts = costs(p, fit);
  const at = ([m, s]) => costs(p, gaussian(x, m, s));
  return {
    forward_kl: sum(parts.forward), reverse_kl: sum(parts.reverse), normaliser: fit.normaliser, mean, sd,
    least_forward_kl: sum(at(forward).forward), least_reverse_kl: sum(at(reverse).reverse),
  };
}

function render({ model, el }) {
  const traits = state(model, ["x", "p", "mean", "sd"], update);
  const goTo = (name) => () => {
    const [mean, sd] = model.get(name);
    traits.change({ mean, sd });
  };
  const view = frame(el, {
    title: "One Gaussian for two peaks",
    hint: "Drag the round grip to move *q* and the square one to widen it, or focus them and use the arrow keys. KL(*p*‖*q*) is "
      + "charged wherever *p* has mass, so its best *q* covers both peaks. KL(*q*‖*p*) is charged where *q* has mass, so its "
      + "best *q* settles on one peak. Parts below the line are negative; each whole is never.",
    buttons: {
      "Best KL(p‖q)": goTo("best_forward"), "Best KL(q‖p)": goTo("best_reverse"),
      "Reset": () => traits.change({ mean: traits.first.mean, sd: traits.first.sd }),
    },
  });
  write(view.row.children[0], "Best KL(*p*‖*q*)");
  write(view.row.children[1], "Best KL(*q*‖*p*)");
  legend(view.content, [["p", "*p*, fixed, with two peaks"], ["q", "*q*, the Gaussian"]]);
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const fills = patterns(svg);
  const scale = add(svg, "g");
  const shapes = {
    p: add(svg, "path", { style: "fill: var(--xb-p)", opacity: 0.9 }),
    q: add(svg, "path", { style: `fill: ${fills.q}`, opacity: 0.55 }),
    line: add(svg, "path", { style: "--w: 2.5", class: "xb-qline", "stroke-linejoin": "round" }),
  };
  const panels = [panel("forward", "where KL(*p*‖*q*) is charged"), panel("reverse", "where KL(*q*‖*p*) is charged")];
  const reach = add(svg, "line", { style: "--w: 6", class: "xb-qline", "stroke-linecap": "round", opacity: 0.45 });
  const grips = { mean: grip("mean", "circle"), sd: grip("sd", "rect") };
  const formula = add(view.content, "p", { class: "xb-hint", style: "color: var(--xb-ink)" }, "*q*(*x*) = exp(−(*x* − *μ*)² ∕ 2*σ*²) ∕ *Z*,  with *Z* = ");
  const numbers = { normaliser: quantity(formula, "normaliser") };
  const points = add(formula, "span");
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  for (const [name, label, kind] of [["forward_kl", "KL(*p*‖*q*), forward", "xb-tp"], ["reverse_kl", "KL(*q*‖*p*), reverse", "xb-tq"]]) {
    numbers[name] = tile(tiles, name, label, "bits", kind);
    numbers[`least_${name}`] = subline(tiles, "at best ", `least_${name}`);
  }
  numbers.mean = tile(tiles, "mean", "mean *μ* of *q*", "");
  numbers.sd = tile(tiles, "sd", "standard deviation *σ*", "");
  update();

  function limits(name) {
    const x = model.get("x");
    const wide = x.at(-1) - x[0];
    return name === "mean" ? [x[0], x.at(-1)] : [wide / 32, wide / 2];
  }

  function grip(name, shape) {
    const node = add(svg, "g");
    const hit = add(node, "rect", { class: "xb-hit", height: 44 });
    const ring = add(node, "rect", { class: "xb-ring", width: 30, height: 30, rx: name === "mean" ? 15 : 9 });
    const form = add(node, shape, { class: "xb-grip xb-q", ...(name === "mean" ? { r: 9.5 } : { width: 17, height: 17, rx: 4 }) });
    const text = add(svg, "text", { class: "xb-halo xb-qt", "text-anchor": "middle" }, name === "mean" ? "*μ*" : "*σ*");
    const sync = slider(node, {
      label: name === "mean" ? "mean of q" : "standard deviation of q",
      min: () => limits(name)[0], max: () => limits(name)[1], step: 0.05, big: 0.5,
      get: () => model.get(name),
      set: (value) => traits.change({ [name]: value }),
      text: (value) => show(value),
      at: (x) => axes().x.back(x) - (name === "sd" ? model.get("mean") : 0),
    });
    const place = (x, y, gap) => { // between the two grips each has one half of the gap
      const inside = clamp(4, gap / 2, 22);
      setAll(hit, { x: x - (name === "mean" ? 28 : inside), y: y - 22, width: 28 + inside });
      setAll(ring, { x: x - 15, y: y - 15 });
      setAll(form, name === "mean" ? { cx: x, cy: y } : { x: x - 8.5, y: y - 8.5 });
      setAll(text, { x, y: y + 29 });
      sync();
    };
    return place;
  }

  function panel(name, label) {
    const group = add(svg, "g");
    const area = add(group, "path", { style: `fill: ${name === "forward" ? "var(--xb-p-soft)" : fills.q}; stroke: var(--xb-${name === "forward" ? "p" : "q"})`, "stroke-width": 1.5 });
    const zero = add(group, "line", { class: "xb-axisline" });
    const text = add(group, "text", { class: "xb-halo xb-strong" }, label);
    const ceiling = add(group, "line", { class: "xb-gridline" });
    const unit = add(group, "text", { class: "xb-halo", "text-anchor": "end" });
    return { name, area, zero, ceiling, text, unit };
  }

  function axes() {
    const width = drawing.width();
    const x = model.get("x");
    const [low, high] = [x[0], x.at(-1)];
    const [left, right] = [10, width - 10];
    const tall = clamp(170, width * 0.3, 240);
    const floor = 8 + tall;
    return {
      left, right, tall, floor, low, high, rail: floor + 42, panels: floor + 92, each: 92,
      x: linearScale([low, high], [left, right]),
    };
  }

  function update() {
    const { x, p, mean, sd } = traits.values();
    const at = axes();
    const fit = gaussian(x, mean, sd);
    const parts = costs(p, fit);
    drawing.size(at.panels + 2 * at.each);
    const most = Math.max(...p) * 1.75; // q may rise above p's peaks: higher ones are cut at the top
    const y = (value) => at.floor - clamp(0, value / most, 1) * at.tall;
    const curve = (values) => polyline(values.map((value, i) => [at.x(x[i]), y(value)]));
    const closed = (values) => `${curve(values)}L${at.right} ${at.floor}L${at.left} ${at.floor}z`;
    setAll(shapes.p, { d: closed(p) });
    setAll(shapes.q, { d: closed(fit.q) });
    setAll(shapes.line, { d: curve(fit.q) });
    scale.replaceChildren();
    add(scale, "line", { class: "xb-axisline", x1: at.left, x2: at.right, y1: at.floor, y2: at.floor });
    for (const tick of ticks(at.low, at.high, at.right - at.left > 420 ? 10 : 5)) {
      add(scale, "text", { x: at.x(tick), y: at.floor + 17, "text-anchor": "middle" }, signed(tick));
    }
    const end = Math.min(at.high, mean + sd);
    setAll(reach, { x1: at.x(Math.max(at.low, mean - sd)), x2: at.x(end), y1: at.rail, y2: at.rail });
    const gap = at.x(end) - at.x(mean);
    grips.mean(at.x(mean), at.rail, gap);
    grips.sd(at.x(end), at.rail, gap);
    drawPanels(at, x, parts);
    const [forward, reverse] = [model.get("best_forward"), model.get("best_reverse")];
    const values = quantities({ x, p, mean, sd, best_forward: forward, best_reverse: reverse });
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    write(points, `, the sum over the ${x.length} points of the grid`);
    view.state({ mean, sd });
    view.announce(`KL of p from q ${show(values.forward_kl)} bits, KL of q from p ${show(values.reverse_kl)} bits.`);
  }

  /** Both panels have one scale, so that their areas can be compared. */
  function drawPanels(at, x, parts) {
    const largest = Math.max(...parts.forward, ...parts.reverse, 1e-3);
    const unit = 10 ** Math.floor(Math.log10(largest));
    const top = unit * ([1, 1.5, 2, 3, 4, 5, 7].find((n) => n * unit >= largest) ?? 10);
    panels.forEach(({ name, area, zero, ceiling, text, unit: mark }, i) => {
      const base = at.panels + at.each * i + 66;
      const y = (value) => base - clamp(-0.4, value / top, 1) * 48;
      const line = parts[name].map((value, k) => `L${at.x(x[k]).toFixed(2)} ${y(value).toFixed(2)}`).join("");
      setAll(area, { d: `M${at.left} ${base}${line}L${at.right} ${base}z` });
      setAll(zero, { x1: at.left, x2: at.right, y1: base, y2: base });
      setAll(ceiling, { x1: at.left, x2: at.right, y1: base - 48, y2: base - 48 });
      setAll(text, { x: at.left, y: base - 53 });
      setAll(mark, { x: at.right, y: base - 53 });
      mark.textContent = `${Number(top.toPrecision(2))} ${top === 1 ? "bit" : "bits"}`;
    });
  }
}

export default { render };
