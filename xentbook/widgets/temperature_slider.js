/* Log-odds divided by a temperature: the reliability diagram above, the log loss against the temperature below. */
import { add, axisBelow, axisLeft, frame, plot, roundGrip, setAll, slider, state, subline, tile, write } from "./_drawing.js";
import { clamp, linearScale, polyline, show, sigmoid, softplus, sum } from "./_formulas.js";

const [COLDEST, HOTTEST] = [-2, 4]; // powers of two
const BINS = [5, 10, 20];
const logLoss = (z, y, beta) => sum(z.map((value, i) => softplus(y[i] ? -beta * value : beta * value))) / z.length;

/** The bins (low, high] of the probabilities, the first closed at 0: count, mean forecast and share of label 1. */
function curve(p, y, nBins) {
  const bins = Array.from({ length: nBins }, () => ({ count: 0, forecasts: 0, outcomes: 0 }));
  p.forEach((value, i) => {
    let b = clamp(0, Math.ceil(value * nBins) - 1, nBins - 1);
    while (b > 0 && value <= b / nBins) b -= 1;
    while (b < nBins - 1 && value > (b + 1) / nBins) b += 1;
    bins[b].count += 1;
    bins[b].forecasts += value;
    bins[b].outcomes += y[i];
  });
  return bins;
}

const calibrationError = (bins, n) => sum(bins.map(({ forecasts, outcomes }) => Math.abs(forecasts - outcomes))) / n;

/** The temperature at which the slope of the log loss vanishes; the slope rises with 1 / T. */
function bestTemperature(z, y) {
  const slope = (beta) => sum(z.map((value, i) => (sigmoid(beta * value) - y[i]) * value));
  let [low, high] = [2 ** -HOTTEST / 2, 2 ** -COLDEST * 2];
  for (let i = 0; i < 200; i += 1) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle; else high = middle;
  }
  return 2 / (low + high);
}

function numbersOf({ logits: z, y, temperature, n_bins: nBins }, best) {
  return {
    temperature, log_loss: logLoss(z, y, 1 / temperature), best_temperature: best, best_log_loss: logLoss(z, y, 1 / best),
    calibration_error: calibrationError(curve(z.map((value) => sigmoid(value / temperature)), y, nBins), z.length),
    accuracy: z.filter((value, i) => (value > 0 ? 1 : 0) === y[i]).length / z.length,
  };
}

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities(traits) {
  return numbersOf(traits, bestTemperature(traits.logits, traits.y));
}

function render({ model, el }) {
  const [z, y] = [model.get("logits"), model.get("y")];
  const traits = state(model, ["temperature", "n_bins"], update);
  const best = bestTemperature(z, y);
  const steps = Array.from({ length: 121 }, (_, i) => COLDEST + i / 20);
  const losses = steps.map((u) => logLoss(z, y, 2 ** -u));
  const view = frame(el, {
    title: "Turning down the confidence",
    hint: "Drag the grip on the lower curve, or focus it and use the arrow keys: *T* divides all log-odds. The dots above are what "
      + "was said and what came true, bin by bin, each as large as its count; the bars at the bottom are the counts. "
      + "The triangle marks the *T* of the least log loss.",
    buttons: {
      "Best T": () => traits.change({ temperature: best }),
      "Reset": () => traits.change(traits.first),
    },
  });
  write(view.row.children[0], "Best *T*");
  const choice = add(view.content, "div", { class: "xb-buttons", role: "group", "aria-label": "number of bins" });
  const binButtons = BINS.map((n) => {
    const button = add(choice, "button", { type: "button" }, `${n} bins`);
    button.addEventListener("click", () => traits.change({ n_bins: n }));
    return button;
  });
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const scale = add(svg, "g");
  const diagram = add(svg, "g");
  const path = add(svg, "path", { class: "xb-qline", style: "--w: 3", "stroke-linejoin": "round" });
  const marker = add(svg, "path", { style: "fill: var(--xb-j)" });
  const markerText = add(svg, "text", { class: "xb-halo xb-jt", "text-anchor": "middle" });
  const drop = add(svg, "line", { class: "xb-qline", style: "--w: 1.5", "stroke-dasharray": "3 4" });
  const node = add(svg, "g");
  const moveGrip = roundGrip(node, "q", { ring: 16, size: 10 });
  const sync = slider(node, {
    label: "temperature, on a logarithmic scale", min: COLDEST, max: HOTTEST, step: 0.05, big: 0.5,
    get: () => Math.log2(model.get("temperature")),
    set: (u) => traits.change({ temperature: 2 ** u }),
    text: () => `temperature ${show(model.get("temperature"))}, log loss ${show(logLoss(z, y, 1 / model.get("temperature")))} nats`,
    at: (x) => axes().x.back(x),
  });
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  const numbers = {
    temperature: tile(tiles, "temperature", "temperature *T*", "", "xb-tq"),
    log_loss: tile(tiles, "log_loss", "log loss", "nats", "xb-tq"),
    calibration_error: tile(tiles, "calibration_error", "calibration error", "", "xb-tp"),
    accuracy: tile(tiles, "accuracy", "accuracy", "at every *T*"),
    best_temperature: tile(tiles, "best_temperature", "best *T*", "", "xb-tj"),
  };
  write(tiles.children[3].querySelector(".xb-unit"), "at every *T*");
  numbers.best_log_loss = subline(tiles, "log loss there ", "best_log_loss", " nats");
  update();

  function axes() {
    const width = drawing.width();
    const tall = clamp(240, width * 0.5, 380);
    const [left, right, top] = [44, width - 14, 24];
    const counts = 56; // room for the bars of the counts
    const floor = top + tall;
    const [upper, lower] = [floor + counts + 66, floor + counts + 66 + clamp(90, width * 0.16, 130)];
    const most = Math.ceil(Math.max(...losses) * 5) / 5;
    return {
      left, right, top, floor, counts, upper, lower, most,
      px: (p) => left + p * (right - left), py: (p) => floor - p * tall,
      x: linearScale([COLDEST, HOTTEST], [left, right]),
      y: (loss) => lower - (loss / most) * (lower - upper),
    };
  }

  function update() {
    const { temperature, n_bins } = traits.values();
    const at = axes();
    drawing.size(at.lower + 46);
    const p = z.map((value) => sigmoid(value / temperature));
    const bins = curve(p, y, n_bins);
    const loss = logLoss(z, y, 1 / temperature);
    drawScale(at);
    drawDiagram(at, bins);
    setAll(path, { d: polyline(losses.map((value, i) => [at.x(steps[i]), at.y(value)])) });
    const least = logLoss(z, y, 1 / best);
    setAll(marker, { d: `M${at.x(Math.log2(best))} ${at.y(least) + 4}l6 10h-12z` });
    setAll(markerText, { x: at.x(Math.log2(best)), y: at.upper - 8 });
    write(markerText, `best *T* = ${show(best, 3)}`);
    const [x, height] = [at.x(Math.log2(temperature)), at.y(loss)];
    moveGrip(x, height);
    setAll(drop, { x1: x, x2: x, y1: Math.min(height + 12, at.lower), y2: at.lower });
    sync();
    binButtons.forEach((button, i) => button.setAttribute("aria-pressed", BINS[i] === n_bins));
    const values = numbersOf({ logits: z, y, temperature, n_bins }, best);
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    view.state({ temperature, n_bins });
    view.announce(`Temperature ${show(temperature)}: log loss ${show(loss)} nats, calibration error ${show(values.calibration_error)}.`);
  }

  function drawScale({ left, right, top, floor, counts, upper, lower, most, px, py, x, y: yOf }) {
    scale.replaceChildren();
    const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];
    axisLeft(scale, shares, { left, right, y: py });
    axisBelow(scale, shares, { x: px, y: floor + counts + 16, end: 1 });
    add(scale, "text", { x: left - 30, y: top - 10 }, "share that came true");
    add(scale, "text", { x: (left + right) / 2, y: floor + counts + 34, "text-anchor": "middle" }, "probability that was said");
    add(scale, "line", { style: "stroke: var(--xb-axis)", "stroke-dasharray": "6 4", x1: px(0), x2: px(1), y1: py(0), y2: py(1) });
    axisLeft(scale, [0, most / 2, most], { left, right, y: yOf, text: (loss) => String(Number(loss.toFixed(2))) });
    add(scale, "text", { x: left - 30, y: upper - 8 }, "nats");
    ["¼", "½", "1", "2", "4", "8", "16"].forEach((name, i) => {
      add(scale, "text", { x: Math.min(x(COLDEST + i), right - 6), y: lower + 18, "text-anchor": "middle" }, name);
    });
    add(scale, "text", { x: (left + right) / 2, y: lower + 38, "text-anchor": "middle" }, "temperature *T*");
  }

  function drawDiagram({ px, py, floor, counts }, bins) {
    diagram.replaceChildren();
    const most = Math.max(...bins.map(({ count }) => count));
    const every = px(1) - px(0) < 20 * bins.length; // too narrow for all counts
    const dots = bins.map(({ count, forecasts, outcomes }) => ({ count, x: px(forecasts / count), y: py(outcomes / count) }));
    bins.forEach(({ count }, b) => {
      const [from, to] = [px(b / bins.length), px((b + 1) / bins.length)];
      const height = (count / most) * (counts - 28);
      add(diagram, "rect", { x: from + 1, y: floor + counts - height, width: to - from - 2, height, style: "fill: var(--xb-p-soft); stroke: var(--xb-p)" });
      const shown = !every || count === most;
      if (count && shown) {
        const text = add(diagram, "text", { class: "xb-small", x: (from + to) / 2, y: floor + counts - height - 4, "text-anchor": "middle" }, count);
        if (every) setAll(text, { x: b ? to : from, "text-anchor": b ? "end" : "start" });
      }
    });
    const filled = dots.filter(({ count }) => count);
    add(diagram, "path", { class: "xb-pline", d: polyline(filled.map((dot) => [dot.x, dot.y])) });
    for (const { count, x, y: h } of filled) {
      add(diagram, "circle", { class: "xb-pfill", cx: x, cy: h, r: 3 + 7 * Math.sqrt(count / z.length) });
    }
  }
}

export default { render };
