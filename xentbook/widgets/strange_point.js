/* A petal to be dragged among real ones. Three detectors score it; the line through all places that are exactly as strange is
   drawn, and the kept-back flowers on its far side are those that the p-value counts.                                     */
import { add, axisBelow, axisLeft, frame, legend, patterns, planeGrip, plot, setAll, state, subline, tile } from "./_drawing.js";
import { clamp, linearScale, show, sum } from "./_formulas.js";

const VIEWS = [["gaussian", "One Gaussian"], ["mixture", "Two Gaussians"], ["line", "The line"]];
/** Odd hundredths: between the tenths to which flowers were measured, so that no flower ties with the point. */
const onGrid = (value, most) => (2 * clamp(0, Math.round((100 * value - 1) / 2), Math.round(50 * most) - 1) + 1) / 100;

/** The surprisal −ln N(x | mean, covariance) in the plane, in nats; `distance` is the squared Mahalanobis distance. */
function gaussian(mean, [[a, b], [, c]]) {
  const det = a * c - b * b;
  const distance = ([x, y]) => {
    const [u, v] = [x - mean[0], y - mean[1]];
    return (c * u * u - 2 * b * u * v + a * v * v) / det;
  };
  const least = Math.log(2 * Math.PI) + 0.5 * Math.log(det);
  return { distance, score: (x) => 0.5 * distance(x) + least };
}

function detectorsOf({ mean, covariance, weights, means, covariances, direction }) {
  const one = gaussian(mean, covariance);
  const parts = weights.map((w, j) => ({ log: Math.log(w), score: gaussian(means[j], covariances[j]).score }));
  const [dx, dy] = direction;
  return {
    distance: one.distance,
    gaussian: one.score,
    mixture(x) {
      const joint = parts.map(({ log, score }) => log - score(x));
      const top = Math.max(...joint);
      return -(top + Math.log(sum(joint.map((value) => Math.exp(value - top)))));
    },
    line: ([x, y]) => ((x - mean[0]) * dy - (y - mean[1]) * dx) ** 2,
  };
}

/** The line on which `f` is `level`, over a grid of cells of the field: the text of a path in pixels. */
function levelLine(f, level, at, cell) {
  const [columns, rows] = [Math.ceil((at.right - at.left) / cell), Math.ceil((at.floor - at.top) / cell)];
  const px = (i) => at.left + ((at.right - at.left) * i) / columns;
  const py = (j) => at.top + ((at.floor - at.top) * j) / rows;
  const value = Array.from({ length: rows + 1 }, (_, j) => Array.from({ length: columns + 1 }, (__, i) => f([at.x.back(px(i)), at.y.back(py(j))]) - level));
  let path = "";
  for (let j = 0; j < rows; j += 1) {
    for (let i = 0; i < columns; i += 1) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const ends = corners.flatMap(([a, b], k) => {
        const [c, d] = corners[(k + 1) % 4];
        const [u, v] = [value[b][a], value[d][c]];
        if (u < 0 === v < 0) return [];
        const share = u / (u - v);
        return [`${(px(a) + share * (px(c) - px(a))).toFixed(1)} ${(py(b) + share * (py(d) - py(b))).toFixed(1)}`];
      });
      for (let k = 0; k + 1 < ends.length; k += 2) path += `M${ends[k]}L${ends[k + 1]}`;
    }
  }
  return path;
}

/** The two lines at `gap` from the one through `mean` along `direction`, cut off at the box: the text of a path in pixels. */
function twoLines(mean, direction, gap, at, box) {
  return [gap, -gap].map((shift) => {
    const start = [mean[0] + shift * direction[1], mean[1] - shift * direction[0]];
    const crossings = direction.map((d, k) => [(box[2 * k] - start[k]) / d, (box[2 * k + 1] - start[k]) / d].sort((a, b) => a - b));
    const [from, to] = [Math.max(...crossings.map(([first]) => first)), Math.min(...crossings.map(([, last]) => last))];
    if (!(from < to)) return "";
    const [a, b] = [from, to].map((t) => `${at.x(start[0] + t * direction[0]).toFixed(1)} ${at.y(start[1] + t * direction[1]).toFixed(1)}`);
    return `M${a}L${b}`;
  }).join("");
}

const scoresOf = (scores, points) => Object.fromEntries(VIEWS.map(([name]) => [name, points.map(scores[name])]));

/** How strange a point is to each detector, which of the usual ones are as strange, and its p-values. */
function judge(scores, usual, point) {
  const each = (f) => /** @type {any} */ (Object.fromEntries(VIEWS.map(([name]) => [name, f(name)])));
  const own = each((name) => scores[name](point));
  const strange = each((name) => usual[name].map((score) => score >= own[name]));
  const p = each((name) => (1 + strange[name].filter(Boolean).length) / (strange[name].length + 1));
  const values = {
    surprisal_gaussian: own.gaussian, surprisal_mixture: own.mixture, error_line: own.line,
    squared_distance: scores.distance(point), p_gaussian: p.gaussian, p_mixture: p.mixture, p_line: p.line,
  };
  return { own, strange, p, values };
}

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities({ parameters, held, point }) {
  const scores = detectorsOf(parameters);
  return judge(scores, scoresOf(scores, held), point).values;
}

function render({ model, el }) {
  const traits = state(model, ["point", "shown"], update);
  const [box, learned, held] = ["box", "learned", "held"].map((name) => model.get(name));
  const scores = detectorsOf(model.get("parameters"));
  const usual = scoresOf(scores, held);
  const view = frame(el, {
    title: "A petal among petals",
    hint: "Drag the round grip anywhere, or focus a grip and use the arrow keys: the round one changes the length of the petal, the "
      + "small one its width. Whatever lies beyond the purple line, seen from the flowers, is stranger than your petal. The *p*-value is one "
      + `plus the number of kept-back flowers there (marked), divided by ${held.length + 1}.`,
    buttons: { "Reset": () => traits.change(traits.first) },
  });
  const choice = add(view.content, "div", { class: "xb-buttons", role: "group", "aria-label": "whose line is drawn" });
  const buttons = VIEWS.map(([name, label]) => {
    const button = add(choice, "button", { type: "button" }, label);
    button.addEventListener("click", () => traits.change({ shown: name }));
    return button;
  });
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const scale = add(svg, "g");
  const dots = learned.map(() => add(svg, "circle", { r: 3, class: "xb-pfill", opacity: 0.55 }));
  const squares = held.map(() => add(svg, "rect", { width: 8, height: 8 }));
  const level = add(svg, "path", { class: "xb-jline", style: "--w: 2.5", "stroke-linecap": "round" });
  const petal = movable();
  legend(view.content, [["p", `learned (${learned.length} discs)`], ["q", `kept back (${held.length} squares): hatched if as strange as your petal`]]);
  const tiles = add(view.content, "div", { class: "xb-tiles xb-three" });
  const numbers = { surprisal_gaussian: tile(tiles, "surprisal_gaussian", "surprisal, one Gaussian", "nats", "xb-tp") };
  numbers.p_gaussian = subline(tiles, "p-value ", "p_gaussian");
  numbers.squared_distance = subline(tiles, "squared distance D² ", "squared_distance");
  numbers.surprisal_mixture = tile(tiles, "surprisal_mixture", "surprisal, two Gaussians", "nats", "xb-tq");
  numbers.p_mixture = subline(tiles, "p-value ", "p_mixture");
  numbers.error_line = tile(tiles, "error_line", "reconstruction error, line", "cm²", "xb-tj");
  numbers.p_line = subline(tiles, "p-value ", "p_line");
  const verdict = add(view.content, "p", { class: "xb-hint", "data-verdict": "", style: "color: var(--xb-ink); font-weight: 600" });
  const fills = patterns(svg);
  update();

  /** The steps of the sliders are tenths; the point itself lies a hundredth beside them. */
  function movable() {
    return planeGrip(add(svg, "g"), "n", {
      labels: ["length of the petal", "width of the petal"],
      texts: [(x) => `${(x + 0.01).toFixed(2)} cm long`, (y) => `${(y + 0.01).toFixed(2)} cm wide`],
      limits: [box[0], box[1] - 0.02, box[2], box[3] - 0.02], step: 0.1, big: 0.5, scales: axes,
      get: () => model.get("point").map((value) => value - 0.01),
      set: (x, y) => traits.change({ point: [onGrid(x + 0.01, box[1]), onGrid(y + 0.01, box[3])] }),
    });
  }

  function axes() {
    const width = drawing.width();
    const [left, right, top] = [34, width - 12, 26];
    const tall = clamp(220, ((right - left) * (box[3] - box[2])) / (box[1] - box[0]), 380);
    const floor = top + tall;
    return {
      left, right, top, floor,
      x: linearScale([box[0], box[1]], [left, right]),
      y: linearScale([box[2], box[3]], [floor, top]),
    };
  }

  function update() {
    const { point, shown } = traits.values();
    const at = axes();
    drawing.size(at.floor + 44);
    drawScale(at);
    learned.forEach(([x, y], i) => setAll(dots[i], { cx: at.x(x), cy: at.y(y) }));
    const { own, strange, p, values } = judge(scores, usual, point);
    held.forEach(([x, y], i) => {
      const style = strange[shown][i] ? `fill: ${fills.q}; stroke: var(--xb-q); stroke-width: 2` : "fill: var(--xb-bg); stroke: var(--xb-axis); stroke-width: 1.5";
      setAll(squares[i], { x: at.x(x) - 4, y: at.y(y) - 4, style, "data-strange": strange[shown][i] });
    });
    const { mean, direction } = model.get("parameters");
    setAll(level, { d: shown === "line" ? twoLines(mean, direction, Math.sqrt(own.line), at, box) : levelLine(scores[shown], own[shown], at, 6) });
    petal(at.x(point[0]), at.y(point[1]), at.y(point[1]) < at.top + 40);
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", VIEWS[i][0] === shown));
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    const count = strange[shown].filter(Boolean).length;
    const words = `${new Map(/** @type {[string, string][]} */ (VIEWS)).get(shown)}: ${count} of ${held.length} kept-back flowers ${count === 1 ? "is" : "are"} as strange.`;
    verdict.textContent = words;
    view.state({ point, shown });
    view.announce(`${words} p-values: one Gaussian ${show(p.gaussian)}, two Gaussians ${show(p.mixture)}, line ${show(p.line)}.`);
  }

  function drawScale(at) {
    scale.replaceChildren();
    axisLeft(scale, [0, 1, 2, 3], { ...at, gap: 6 });
    axisBelow(scale, [0, 1, 2, 3, 4, 5, 6, 7, 8], { x: at.x, y: at.floor + 18 });
    add(scale, "text", { x: (at.left + at.right) / 2, y: at.floor + 37, "text-anchor": "middle" }, "petal length (cm)");
    add(scale, "text", { class: "xb-halo", x: 2, y: 12 }, "petal width (cm)");
  }
}

export default { render };
