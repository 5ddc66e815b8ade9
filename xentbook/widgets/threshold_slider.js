/* A threshold on forecasts: who falls on which side, above; what the errors cost at every threshold, below. */
import { add, axisBelow, axisLeft, frame, plot, setAll, slider, state, subline, tile } from "./_drawing.js";
import { clamp, linearScale, show } from "./_formulas.js";

/** @type {[number, number]} */
const RATIO = [0, 2]; // powers of ten

/** The four counts where a case is called positive at or above the threshold. */
function countAt(y, probs, threshold) {
  const counts = { tn: 0, fp: 0, fn: 0, tp: 0 };
  probs.forEach((p, i) => { counts[(y[i] ? ["fn", "tp"] : ["tn", "fp"])[Number(p >= threshold)]] += 1; });
  return counts;
}

const costOf = ({ tn, fp, fn, tp }, ratio) => (fp + ratio * fn) / (tn + fp + fn + tp);

/** The counts at every threshold that makes a difference: above all forecasts, then each of them from the highest down. */
function allCounts(y, probs) {
  const places = [Infinity, ...[...new Set(probs)].sort((a, b) => b - a)];
  return places.map((threshold) => ({ threshold, counts: countAt(y, probs, threshold) }));
}

function cheapest(steps, ratio) {
  return steps.reduce((best, { threshold, counts }) => {
    const cost = costOf(counts, ratio);
    return cost < best.cost ? { threshold, cost } : best;
  }, { threshold: NaN, cost: Infinity });
}

/** All numbers of the figure; precision is NaN where nobody is called positive. */
function numbersAt(y, probs, steps, threshold, ratio) {
  const counts = countAt(y, probs, threshold);
  const { fp, fn, tp } = counts;
  const bayes = 1 / (1 + ratio);
  const best = cheapest(steps, ratio);
  return {
    counts,
    values: {
      threshold, cost_ratio: ratio, precision: tp / (tp + fp), recall: tp / (tp + fn), f1: (2 * tp) / (2 * tp + fp + fn),
      cost: costOf(counts, ratio), bayes_threshold: bayes, bayes_cost: costOf(countAt(y, probs, bayes), ratio),
      best_threshold: best.threshold, best_cost: best.cost,
    },
  };
}

/** A dot for each case, at its forecast and as low as the dots before it let it lie. */
function stacks(y, probs, label, x, width) {
  const ends = [];
  return probs.filter((_, i) => y[i] === label).sort((a, b) => a - b).map((p) => {
    const free = ends.findIndex((end) => x(p) >= end);
    const level = free < 0 ? ends.length : free;
    ends[level] = x(p) + width;
    return { p, level };
  });
}

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities({ y, probs, threshold, cost_ratio: ratio }) {
  return numbersAt(y, probs, allCounts(y, probs), threshold, ratio).values;
}

function render({ model, el }) {
  const [y, probs] = [model.get("y"), model.get("probs")];
  const steps = allCounts(y, probs);
  const traits = state(model, ["threshold", "cost_ratio"], update);
  const ratio = () => model.get("cost_ratio");
  const view = frame(el, {
    title: "Where to draw the line",
    hint: "Drag the round grip on the cost curve, or focus it and use the arrow keys: it is the threshold *t*. Each dot above is a case, "
      + "called positive if it is at or right of the line. The square grip says how many false alarms one missed case is worth. "
      + "The dashed line is the Bayes threshold of these costs, the triangle the threshold that is cheapest on just these cases.",
    buttons: {
      "Bayes threshold": () => traits.change({ threshold: 1 / (1 + ratio()) }),
      "Cheapest here": () => traits.change({ threshold: Math.min(1, cheapest(steps, ratio()).threshold) }),
      "Reset": () => traits.change(traits.first),
    },
  });
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const bayesLine = add(svg, "line", { class: "xb-jline", style: "--w: 2", "stroke-dasharray": "6 4" });
  const cut = add(svg, "line", { class: "xb-axisline", style: "stroke: var(--xb-ink); stroke-width: 2" });
  const [scale, cases] = [add(svg, "g"), add(svg, "g")];
  const path = add(svg, "path", { class: "xb-qline", style: "--w: 2.5", "stroke-linejoin": "round" });
  const marker = add(svg, "path", { style: "fill: var(--xb-p)" });
  const track = add(svg, "line", { class: "xb-axisline", style: "stroke-width: 4", "stroke-linecap": "round" });
  const node = grip("circle", { r: 10 }, { r: 16 }, "xb-q");
  const sync = slider(node, {
    label: "threshold", min: 0, max: 1, step: 0.01, big: 0.1,
    get: () => model.get("threshold"),
    set: (threshold) => traits.change({ threshold }),
    text: (t) => `threshold ${show(t)}, cost ${show(costOf(countAt(y, probs, t), ratio()))} false alarms a case`,
    at: (x) => axes().x.back(x),
  });
  const square = grip("rect", { width: 18, height: 18, rx: 3 }, { width: 29, height: 29, rx: 7 }, "xb-j");
  const syncRatio = slider(square, {
    label: "cost of a miss in false alarms, on a logarithmic scale", min: RATIO[0], max: RATIO[1], step: 0.05, big: 0.25,
    get: () => Math.log10(ratio()),
    set: (u) => traits.change({ cost_ratio: Number((10 ** u).toPrecision(3)) }),
    text: () => `a miss costs ${show(ratio())} false alarms`,
    at: (x) => axes().xOf.back(x),
  });
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  const put = {
    threshold: tile(tiles, "threshold", "threshold *t*", "", "xb-tq"),
    precision: tile(tiles, "precision", "precision", ""),
    recall: tile(tiles, "recall", "recall", ""),
    f1: tile(tiles, "f1", "F1", ""),
    cost_ratio: tile(tiles, "cost_ratio", "a miss costs", "false alarms", "xb-tj"),
    cost: tile(tiles, "cost", "mean cost", "false alarms a case", "xb-tq"),
    bayes_threshold: tile(tiles, "bayes_threshold", "Bayes threshold", "", "xb-tj"),
  };
  put.bayes_cost = subline(tiles, "mean cost ", "bayes_cost");
  put.best_threshold = tile(tiles, "best_threshold", "cheapest here", "", "xb-tp");
  put.best_cost = subline(tiles, "mean cost ", "best_cost");
  const none = add(tiles.children[1], "span", { class: "xb-unit" }, "nobody is called positive");
  update();

  function grip(form, size, ring, kind) {
    const group = add(svg, "g");
    add(group, "circle", { class: "xb-hit", r: 24 });
    add(group, form, { class: "xb-ring", ...ring });
    add(group, form, { class: `xb-grip ${kind}`, ...size });
    return group;
  }

  function moveGrip(group, x, height) {
    for (const part of group.children) {
      const half = Number(part.getAttribute("width") ?? 0) / 2;
      setAll(part, half ? { x: x - half, y: height - half } : { cx: x, cy: height });
    }
  }

  function axes() {
    const width = drawing.width();
    const [left, right] = [46, width - 16];
    const [benign, row] = [112, 104]; // the floor of the upper row of dots, and how far below it the next one is
    const [upper, lower] = [benign + row + 62, benign + row + 62 + clamp(110, width * 0.2, 160)];
    const top = Math.max(...steps.map(({ counts }) => costOf(counts, ratio())));
    return {
      left, right, upper, lower, top, floors: { 0: benign, 1: benign + row }, track: lower + 92,
      x: linearScale([0, 1], [left, right]),
      y: (cost) => lower - (cost / top) * (lower - upper),
      xOf: linearScale(RATIO, [left, right]),
    };
  }

  function update() {
    const { threshold, cost_ratio } = traits.values();
    const at = axes();
    drawing.size(at.track + 40);
    const { counts, values } = numbersAt(y, probs, steps, threshold, cost_ratio);
    drawScale(at);
    drawCases(at, counts, threshold);
    drawCosts(at, values);
    const [x, height] = [at.x(threshold), at.y(values.cost)];
    setAll(cut, { x1: x, x2: x, y1: 26, y2: at.lower });
    setAll(track, { x1: at.left, x2: at.right, y1: at.track, y2: at.track });
    moveGrip(node, x, height);
    moveGrip(square, at.xOf(Math.log10(cost_ratio)), at.track);
    sync();
    syncRatio();
    for (const [name, set] of Object.entries(put)) set(values[name]);
    none.style.display = Number.isNaN(values.precision) ? "" : "none";
    view.state({ threshold, cost_ratio });
    const { fp, fn } = counts;
    view.announce(`Threshold ${show(threshold)}: ${fn} missed, ${fp} false alarms, mean cost ${show(values.cost)}, precision ${show(values.precision)}.`);
  }

  function drawScale({ left, right, upper, lower, top, floors, x, y: yOf, xOf, track: low }) {
    scale.replaceChildren();
    for (const floor of [floors[0], floors[1]]) add(scale, "line", { class: "xb-axisline", x1: left, x2: right, y1: floor, y2: floor });
    axisLeft(scale, [0, top / 2, top], { left, right, y: yOf, text: (cost) => String(Number(cost.toPrecision(2))) });
    add(scale, "text", { x: 8, y: upper - 12, class: "xb-halo" }, "mean cost, in false alarms a case");
    axisBelow(scale, [0, 0.2, 0.4, 0.6, 0.8, 1], { x, y: lower + 18, end: 1 });
    add(scale, "text", { x: (left + right) / 2, y: lower + 37, "text-anchor": "middle" }, "probability of a positive; threshold *t*");
    add(scale, "text", { x: 8, y: low - 18 }, right - left < 330 ? "a missed case costs … false alarms" : "a missed case costs as much as … false alarms");
    for (const r of [1, 2, 5, 10, 20, 50, 100]) {
      add(scale, "line", { class: "xb-axisline", x1: xOf(Math.log10(r)), x2: xOf(Math.log10(r)), y1: low, y2: low + 10 });
      add(scale, "text", { x: xOf(Math.log10(r)), y: low + 30, "text-anchor": r === 100 ? "end" : "middle" }, r);
    }
  }

  function drawCases({ left, right, floors, x }, counts, threshold) {
    cases.replaceChildren();
    const size = clamp(5, (right - left) / 85, 7.5);
    for (const [label, name, below, above] of [[0, "negative", "tn", "fp"], [1, "positive", "fn", "tp"]]) {
      const dots = stacks(y, probs, label, x, size);
      const step = Math.min(size, 64 / Math.max(1, ...dots.map(({ level }) => level + 1)));
      for (const { p, level } of dots) {
        const wrong = (p >= threshold) !== (label === 1);
        const place = { cx: x(p), cy: floors[label] - 5 - level * step, r: size / 2.2 - 0.5 };
        add(cases, "circle", { ...place, style: `stroke: var(--xb-${wrong ? "q" : "p"}); stroke-width: 1.4; fill: ${wrong ? "var(--xb-bg)" : "var(--xb-p)"}` });
      }
      const words = { tn: "left alone", fp: "false alarms", fn: "missed", tp: "found" };
      const line = floors[label] - 76;
      add(cases, "text", { x: 8, y: line - 3, class: "xb-strong xb-halo" }, `${name}:`);
      const cell = (key, place, anchor) => add(cases, "text", {
        x: place, y: line - 3, class: `xb-strong xb-halo ${key === "fp" || key === "fn" ? "xb-qt" : "xb-pt"}`, "text-anchor": anchor, "data-count": key, "data-value": counts[key],
      }, `${counts[key]} ${words[key]}`);
      cell(below, 72, "start");
      cell(above, right, "end");
    }
  }

  function drawCosts({ x, y: yOf, lower, floors }, { bayes_threshold: bayes, best_threshold: best, best_cost: least, cost_ratio: r }) {
    const rising = steps.slice().reverse();
    let d = `M${x(0)} ${yOf(costOf(rising[0].counts, r)).toFixed(2)}`;
    rising.forEach(({ threshold, counts }) => {
      d += `V${yOf(costOf(counts, r)).toFixed(2)}H${x(Math.min(1, threshold)).toFixed(2)}`;
    });
    setAll(path, { d });
    setAll(bayesLine, { x1: x(bayes), x2: x(bayes), y1: floors[0] - 66, y2: lower });
    setAll(marker, { d: `M${x(Math.min(1, best))} ${yOf(least) + 3}l6 10h-12z` });
  }
}

export default { render };
