/* A logistic curve through two grips, over outcomes 0 and 1. Below it, the surprise at each outcome, on the same axis. */
import { add, axisBelow, axisLeft, frame, legend, plot, quantity, roundGrip, setAll, slider, state, subline, tile } from "./_drawing.js";
import { clamp, linearScale, polyline, show, sigmoid, softplus, sum, ticks } from "./_formulas.js";

const [LEAST, ROUNDING] = [0.001, 1e-9];
const HOLLOW = "fill: var(--xb-j-soft); --w: 1.2";
const logit = (p) => Math.log(p / (1 - p));
const zeroed = (value) => (Math.abs(value) < ROUNDING ? 0 : value);

/** The line of logits through two points of the curve. */
function lineThrough([low, high], a, b) {
  const slope = (logit(b) - logit(a)) / (high - low);
  return { slope, intercept: logit(a) - slope * low };
}

/** The surprise in nats at outcome y where the logit is z: ln(1 + e^z) for 0, ln(1 + e^-z) for 1. */
function surprise(y, z) {
  return softplus(y ? -z : z);
}

/** A probability in few digits that never looks like certainty. */
const probability = (p) => (p > 0.999 ? `1 − ${show(1 - p, 2)}` : show(p, 3));

/** For each case how many of the same kind stand at its place before it. */
const order = (x, same) => x.map((value, i) => x.filter((other, j) => j < i && other === value && same(i, j)).length);

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities({ x, y, at, best, beyond, risk_a: a, risk_b: b }) {
  const { slope, intercept } = lineThrough(at, a, b);
  const risk = (value) => sigmoid(intercept + slope * value);
  const likelihoodOf = (line) => sum(x.map((value, i) => surprise(y[i], line.intercept + line.slope * value)));
  const [total, least] = [likelihoodOf({ slope, intercept }), likelihoodOf(lineThrough(at, best[0], best[1]))];
  const residuals = x.map((value, i) => y[i] - risk(value));
  return {
    negative_log_likelihood: total, cross_entropy: total / x.length, least_negative_log_likelihood: least,
    gap: zeroed(total - least), residual_sum: zeroed(sum(residuals)), expected: sum(x.map(risk)),
    weighted_residual_sum: zeroed(sum(residuals.map((residual, i) => residual * x[i]))),
    intercept, slope, risk_beyond: risk(beyond),
  };
}

function render({ model, el }) {
  const [x, y, at, best, beyond] = ["x", "y", "at", "best", "beyond"].map((name) => model.get(name));
  const [what, unit, single, event] = model.get("names");
  const several = `${single}s`;
  const traits = state(model, ["risk_a", "risk_b"], update);
  const view = frame(el, {
    title: `A curve for ${x.length} ${several}`,
    hint: "Drag the two grips up and down, or focus them and use the arrow keys: the curve through them is logistic. Each "
      + `${single} has its surprise as a block below, −ln *q* where there was ${event} and −ln(1 − *q*) where there was none; `
      + `blocks of ${several} with the same ${what} are stacked. At the best curve both sums of *y* − *q* are zero.`,
    buttons: {
      "Best fit": () => traits.change({ risk_a: best[0], risk_b: best[1] }),
      "Reset": () => traits.change(traits.first),
    },
  });
  legend(view.content, [["p", event], ["j", `no ${event}`], ["q", `*q*, the probability of ${event}`]]);
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const kinds = view.content.querySelectorAll(".xb-swatch"); // as drawn: full, hollow, a line
  kinds[0].style.borderRadius = "50%";
  kinds[1].style.background = "var(--xb-j-soft)";
  kinds[2].style.cssText = "height: 4px; border: 0; background: currentColor";
  const scale = add(svg, "g");
  const empty = add(svg, "text", { class: "xb-halo", "text-anchor": "middle" }, `no ${several} here`);
  const curve = add(svg, "path", { style: "--w: 2.5", class: "xb-qline", "stroke-linejoin": "round" });
  const dots = add(svg, "g");
  const far = {
    dot: add(svg, "path", { class: "xb-grip xb-n" }),
    text: add(svg, "text", { class: "xb-halo xb-strong" }),
  };
  const grips = [grip("risk_a", at[0]), grip("risk_b", at[1])];
  const blocks = add(svg, "g");
  const blocksName = add(svg, "text", { class: "xb-halo xb-strong" }, `surprise at each ${single} (nats)`);
  const formula = add(view.content, "p", { class: "xb-hint", style: "color: var(--xb-ink)" }, `logit of *q* = *b* + *w* · ${what}, with *b* = `);
  const numbers = { intercept: quantity(formula, "intercept") };
  add(formula, "span", {}, " and *w* = ");
  numbers.slope = quantity(formula, "slope");
  formula.append(` per ${unit}`);
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  numbers.negative_log_likelihood = tile(tiles, "negative_log_likelihood", "all blocks: negative log-likelihood", "nats", "xb-tq");
  numbers.gap = subline(tiles, "", "gap", " above the best");
  numbers.least_negative_log_likelihood = subline(tiles, "which is ", "least_negative_log_likelihood");
  numbers.cross_entropy = tile(tiles, "cross_entropy", "cross-entropy", `nats a ${single}`, "xb-tq");
  numbers.risk_beyond = subline(tiles, `at ${beyond} ${unit} the curve is `, "risk_beyond");
  numbers.residual_sum = tile(tiles, "residual_sum", "sum of *y* − *q*", "", "xb-tj");
  numbers.expected = subline(tiles, `the ${sum(y)} seen, less `, "expected", " promised");
  numbers.weighted_residual_sum = tile(tiles, "weighted_residual_sum", `sum of (*y* − *q*) · ${what}`, unit, "xb-tj");
  const [sameDot, samePlace] = [order(x, (i, j) => y[i] === y[j]), order(x, () => true)];
  update();

  function grip(name, place) {
    const node = add(svg, "g");
    const move = roundGrip(node, "q");
    const text = add(svg, "text", { class: "xb-halo xb-qt" });
    const sync = slider(node, {
      label: `probability of ${event} at ${place} ${unit}`, min: LEAST, max: 1 - LEAST, step: 0.01, big: 0.1,
      get: () => model.get(name),
      set: (value) => traits.change({ [name]: clamp(LEAST, Math.round(value * 1000) / 1000, 1 - LEAST) }),
      text: (value) => show(value),
      at: (_, height) => axes().risk(height),
    });
    return { place, name, text, put(px, py) {
      move(px, py);
      sync();
    } };
  }

  function axes() {
    const width = drawing.width();
    const [low, high] = [Math.min(beyond, ...x), Math.max(beyond, ...x)];
    const [left, right] = [30, width - 10];
    const margin = 0.03 * (high - low);
    const tall = clamp(190, width * 0.32, 260);
    const top = 18;
    const floor = top + tall;
    return {
      left, right, top, floor, low, high, ground: floor + 176, most: 112,
      x: linearScale([low - margin, high + margin], [left, right]),
      y: (risk) => floor - risk * tall,
      risk: (height) => (floor - height) / tall,
    };
  }

  function update() {
    const { risk_a: a, risk_b: b } = traits.values();
    const place = axes();
    drawing.size(place.ground + 8);
    const { slope, intercept } = lineThrough(at, a, b);
    const risk = (value) => sigmoid(intercept + slope * value);
    drawScale(place);
    const along = Array.from({ length: 161 }, (_, i) => place.low + ((place.high - place.low) * i) / 160);
    setAll(curve, { d: polyline(along.map((value) => [place.x(value), place.y(risk(value))])) });
    drawDots(place);
    const [px, py] = [place.x(beyond), place.y(risk(beyond))];
    setAll(far.dot, { d: `M${px} ${py - 8}l8 8l-8 8l-8 -8z` });
    setAll(far.text, { x: px + 12, y: py + (risk(beyond) > 0.5 ? 20 : -12) });
    far.text.textContent = probability(risk(beyond)) + (drawing.width() < 480 ? "" : ` at ${beyond} ${unit}`);
    for (const handle of grips) {
      const value = model.get(handle.name);
      const [gx, gy] = [place.x(handle.place), place.y(value)];
      handle.put(gx, gy);
      setAll(handle.text, { x: gx, y: gy + (value > 0.5 ? 28 : -18), "text-anchor": "middle" });
      handle.text.textContent = probability(value);
    }
    const costs = x.map((value, i) => surprise(y[i], intercept + slope * value));
    drawBlocks(place, costs);
    const values = quantities({ x, y, at, best, beyond, risk_a: a, risk_b: b });
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    view.state({ risk_a: a, risk_b: b });
    view.announce(`Negative log-likelihood ${show(values.negative_log_likelihood)} nats, ${show(values.gap)} above the best; sum of y minus q ${show(values.residual_sum)}.`);
  }

  function drawScale(place) {
    scale.replaceChildren();
    const edge = place.x(Math.min(...x)) - 9;
    add(scale, "rect", { x: place.left, y: place.top, width: Math.max(0, edge - place.left), height: place.floor - place.top, style: "fill: var(--xb-panel)" });
    setAll(empty, { x: (place.left + edge) / 2, y: (place.top + place.floor) / 2 + 4 });
    empty.style.visibility = edge - place.left > 90 ? "visible" : "hidden";
    axisLeft(scale, [0, 0.5, 1], { ...place, gap: 6 });
    axisBelow(scale, ticks(place.low, place.high, place.right - place.left > 420 ? 11 : 6), { x: place.x, y: place.floor + 19 });
    add(scale, "text", { x: (place.left + place.right) / 2, y: place.floor + 37, "text-anchor": "middle" }, `${what} (${unit})`);
  }

  function drawDots(place) {
    dots.replaceChildren();
    x.forEach((value, i) => {
      const [cx, cy] = [place.x(value), place.y(y[i]) + (y[i] ? 1 : -1) * 9 * sameDot[i]];
      if (y[i]) add(dots, "circle", { cx, cy, r: 4.5, class: "xb-pfill" });
      else add(dots, "rect", { x: cx - 4, y: cy - 4, width: 8, height: 8, class: "xb-jline", style: HOLLOW });
    });
  }

  /** The blocks of one place stand on each other, so that a stack is what the place costs. */
  function drawBlocks(place, costs) {
    blocks.replaceChildren();
    const stacks = x.map((value) => sum(costs.filter((_, j) => x[j] === value)));
    const highest = [2, 4, 8, 16, 32, 64, 128, 512].find((n) => n >= Math.max(...stacks)) ?? Math.max(...stacks);
    const height = (nats) => (nats / highest) * place.most;
    axisLeft(blocks, [0, highest / 2, highest], { ...place, gap: 6, y: (nats) => place.ground - height(nats) });
    const wide = clamp(3, 0.75 * (place.x(place.low + 1) - place.x(place.low)), 14);
    x.forEach((value, i) => {
      const under = sum(costs.filter((_, j) => x[j] === value && samePlace[j] < samePlace[i]));
      const [bottom, top] = [place.ground - height(under), place.ground - height(under + costs[i])];
      const box = { x: place.x(value) - wide / 2, y: top + 0.5, width: wide, height: Math.max(0.5, bottom - top - 1) };
      add(blocks, "rect", y[i] ? { ...box, class: "xb-pfill" } : { ...box, class: "xb-jline", style: HOLLOW });
    });
    setAll(blocksName, { x: place.left + 4, y: place.ground - place.most - 8 });
  }
}

export default { render };
