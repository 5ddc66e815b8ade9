/* Logistic regression fitted while its points are dragged. Where a line divides the classes and nothing is added to the
   loss, there is nothing to fit: that is decided first, in whole numbers. */
import { add, axisBelow, axisLeft, frame, legend, patterns, planeGrip, plot, roundGrip, setAll, slider, state, subline, tile, write } from "./_drawing.js";
import { clamp, linearScale, show, sigmoid, softplus, sum, ticks } from "./_formulas.js";

const STEP = 0.05;
const [LOW, HIGH] = [-6, 2]; // powers of ten of λ; the slider has one more place below them, for λ = 0
const ZERO = LOW - 0.1;
const strengthOf = (t) => (t < LOW - 0.05 ? 0 : 10 ** Math.max(t, LOW));
const placeOf = (l2) => (l2 === 0 ? ZERO : Math.max(Math.log10(l2), LOW));
const onGrid = (value) => Number((Math.round(value / STEP) * STEP).toPrecision(12));
const dot = (u, v) => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];

/** Each point once, as whole steps of the grid, with the 1 that the intercept multiplies; class 0 is turned round. */
function wholeRows(points) {
  const rows = new Map();
  for (const { x, y, side } of points) {
    const row = [1, Math.round(x / STEP), Math.round(y / STEP)].map((entry) => entry * side);
    rows.set(row.join(), row);
  }
  return [...rows.values()];
}

/** "complete", "quasi-complete" or null, exactly: the lines with every point on its side or on themselves are sums of
    those among them that go through two points, and whole numbers have no rounding.                                   */
export function separation(points) {
  const rows = wholeRows(points);
  const total = [0, 0, 0];
  for (let i = 0; i < rows.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      const [u, v] = [rows[i], rows[j]];
      const line = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      for (const sign of [1, -1]) {
        const turned = line.map((entry) => sign * entry);
        if (rows.every((row) => dot(row, turned) >= 0)) turned.forEach((entry, k) => { total[k] += entry; });
      }
    }
  }
  const strict = rows.filter((row) => dot(row, total) > 0).length;
  return strict === rows.length ? "complete" : strict ? "quasi-complete" : null;
}

/** The step -H⁻¹g of three unknowns. */
function solve(H, g) {
  const rows = H.map((row, i) => [...row, -g[i]]);
  for (let i = 0; i < 3; i += 1) {
    const pivot = [0, 1, 2].filter((k) => k >= i).reduce((best, k) => (Math.abs(rows[k][i]) > Math.abs(rows[best][i]) ? k : best), i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    for (let k = i + 1; k < 3; k += 1) {
      const factor = rows[k][i] / rows[i][i];
      for (let j = i; j < 4; j += 1) rows[k][j] -= factor * rows[i][j];
    }
  }
  const x = [0, 0, 0];
  for (let i = 2; i >= 0; i -= 1) {
    x[i] = (rows[i][3] - rows[i].slice(0, 3).reduce((s, entry, j) => s + (j > i ? entry * x[j] : 0), 0)) / rows[i][i];
  }
  return x;
}


/** The least of the loss plus the penalty, by Newton's method with shortened steps: [b, w_x, w_y] and the loss. */
export function fit(points, l2) {
  const middle = ["x", "y"].map((name) => sum(points.map((point) => point[name])) / points.length);
  const rows = points.map(({ x, y, side }) => [side, side * (x - middle[0]), side * (y - middle[1])]);
  const penalty = [0, l2, l2];
  const loss = (theta) => sum(rows.map((row) => softplus(-dot(row, theta))));
  const value = (theta) => loss(theta) + sum(theta.map((t, k) => (penalty[k] * t * t) / 2));
  let theta = [0, 0, 0];
  for (let round = 0; round < 200; round += 1) {
    const g = theta.map((t, k) => penalty[k] * t);
    const H = [0, 1, 2].map((k) => [0, 1, 2].map((j) => (j === k ? penalty[k] : 0)));
    for (const row of rows) {
      const m = dot(row, theta);
      const wrong = sigmoid(-m);
      for (let k = 0; k < 3; k += 1) {
        g[k] -= wrong * row[k];
        for (let j = 0; j < 3; j += 1) H[k][j] += wrong * (1 - wrong) * row[k] * row[j];
      }
    }
    const step = solve(H, g);
    const fall = -dot(g, step);
    const here = value(theta);
    let share = 1;
    while (share > 1e-9 && !(value(theta.map((t, k) => t + share * step[k])) <= here - 1e-4 * share * fall + 1e-14 * here)) share /= 2;
    theta = theta.map((t, k) => t + share * step[k]);
    if (fall <= 1e-20 * Math.min(1, here)) break;
  }
  const [b, wx, wy] = theta;
  return { wx, wy, b: b - wx * middle[0] - wy * middle[1], loss: loss(theta) };
}

/** The middle of the widest gap: what the fit tends to as λ → 0, for completely separated classes. */
export function widest(points) {
  const unique = [...new Map(points.map((point) => [`${point.x},${point.y},${point.side}`, point])).values()];
  let best = { distance: Infinity };
  for (const side of [1, -1]) {
    const ends = unique.filter((point) => point.side === side);
    for (const p of unique.filter((point) => point.side !== side)) {
      for (const q of ends) {
        for (const r of ends) {
          const [dx, dy] = [r.x - q.x, r.y - q.y];
          const along = q === r ? 0 : clamp(0, ((p.x - q.x) * dx + (p.y - q.y) * dy) / (dx * dx + dy * dy), 1);
          const foot = { x: q.x + along * dx, y: q.y + along * dy };
          const distance = Math.hypot(p.x - foot.x, p.y - foot.y);
          if (distance < best.distance) best = { distance, one: side === 1 ? foot : p, zero: side === 1 ? p : foot };
        }
      }
    }
  }
  const { one, zero, distance } = best;
  const [wx, wy] = [(2 * (one.x - zero.x)) / distance ** 2, (2 * (one.y - zero.y)) / distance ** 2];
  return { wx, wy, b: -(wx * (one.x + zero.x) + wy * (one.y + zero.y)) / 2 };
}

/** The two ends of the line wx·x + wy·y + b = z within the field, or null. */
export function chord({ wx, wy, b }, z, [left, right, bottom, top]) {
  const ends = [];
  const push = (x, y) => {
    const inside = x >= left - 1e-9 && x <= right + 1e-9 && y >= bottom - 1e-9 && y <= top + 1e-9;
    if (inside && !ends.some((end) => Math.hypot(end[0] - x, end[1] - y) < 1e-7)) ends.push([x, y]);
  };
  if (wy) for (const x of [left, right]) push(x, (z - b - wx * x) / wy);
  if (wx) for (const y of [bottom, top]) push((z - b - wy * y) / wx, y);
  return ends.length < 2 ? null : ends.slice(0, 2).sort((p, q) => q[1] - p[1]);
}

/** What is told of a fitted line, and the point that lies nearest to it. */
function numbersOf({ wx, wy, b, loss }, points, l2) {
  const norm = Math.hypot(wx, wy);
  const inner = points.map(({ x, y, side }) => side * (wx * x + wy * y + b));
  const least = Math.min(...inner);
  return {
    norm, weight_x: wx, weight_y: wy, intercept: b, loss, penalty: (l2 / 2) * norm * norm, margin: norm ? least / norm : 0,
    nearest: points[inner.indexOf(least)],
  };
}

/** All points of a state, with the side of the line on which each should lie. */
function pointsOf({ zeros, ones, a, b }) {
  const on = (side) => ([x, y]) => ({ x, y, side });
  return [...zeros.map(on(-1)), ...ones.map(on(1)), on(-1)(a), on(1)(b)];
}

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities(traits) {
  const points = pointsOf(traits);
  if (traits.l2 === 0 && separation(points)) return {}; // nothing can be fitted
  const { nearest, ...values } = numbersOf(fit(points, traits.l2), points, traits.l2);
  return values;
}

function render({ model, el }) {
  const traits = state(model, ["a", "b", "l2"], update);
  const box = model.get("box");
  const [nameX, nameY, unit, zero, one, thing] = model.get("names");
  const [zeros, ones] = [model.get("zeros"), model.get("ones")];
  const fixed = pointsOf({ zeros, ones, ...traits.first }).slice(0, -2);
  const view = frame(el, {
    title: "Can the weights come to rest?",
    hint: `Drag the ${thing}s *A* and *B* by their round grips, or focus a grip and use the arrow keys: the round one moves its ${thing} `
      + "along, the small one beside it moves it up and down. The grip below sets *λ*; at its left end *λ* is 0 and nothing but the "
      + "likelihood counts. As long as a line divides the two kinds, the weights then have nowhere to stop.",
    buttons: {
      "No penalty": () => traits.change({ l2: 0 }),
      "Reset": () => traits.change(traits.first),
    },
  });
  legend(view.content, [["p", `${zero}, class 0 (discs)`], ["q", `${one}, class 1 (squares)`]]);
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const fills = patterns(svg);
  const scale = add(svg, "g");
  const marks = fixed.map(({ side }) => (side < 0
    ? add(svg, "circle", { r: 4, class: "xb-pfill", opacity: 0.75 })
    : add(svg, "rect", { width: 8, height: 8, class: "xb-qline", style: `--w: 1.5; fill: ${fills.q}`, opacity: 0.85 })));
  const nearest = add(svg, "line", { class: "xb-jline", style: "--w: 2.5" });
  const limit = { line: add(svg, "line", { class: "xb-jline", style: "--w: 2", "stroke-dasharray": "7 5" }), text: add(svg, "text", { class: "xb-halo xb-jt" }) };
  const lines = /** @type {[number, string, string][]} */ ([[0.5, "none", ""], [0.1, "2 5", "xb-pline"], [0.9, "8 5", "xb-qline"]]).map(([q, dash, kind]) => ({
    q, z: Math.log(q / (1 - q)),
    line: add(svg, "line", { class: kind, style: kind ? "--w: 2" : "stroke: var(--xb-ink); stroke-width: 2.5", "stroke-dasharray": dash, "stroke-linecap": "round" }),
    text: add(svg, "text", { class: "xb-halo xb-strong" }, q),
  }));
  const moving = { a: movable("a", "A", "p", zero), b: movable("b", "B", "q", one) };
  const strength = makeStrength();
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  const numbers = { norm: tile(tiles, "norm", "length of the weights", `per ${unit}`, "xb-tq") };
  numbers.weight_x = subline(tiles, `${nameX} `, "weight_x");
  numbers.weight_y = subline(tiles, `${nameY} `, "weight_y");
  numbers.intercept = subline(tiles, "intercept ", "intercept");
  numbers.loss = tile(tiles, "loss", `loss of all ${fixed.length + 2}`, "nats", "xb-tp");
  numbers.penalty = subline(tiles, "penalty ", "penalty");
  numbers.margin = tile(tiles, "margin", "margin", unit, "xb-tj");
  add(tiles.lastChild, "span", { class: "xb-unit xb-line" }, `least distance of a ${thing} from the boundary, negative on the wrong side`);
  const verdict = add(view.content, "p", { class: "xb-hint", style: "color: var(--xb-ink); font-weight: 600" });
  update();

  function movable(key, label, kind, species) {
    const own = add(svg, "g");
    const text = add(own, "text", { class: `xb-halo xb-strong xb-${kind}t` }, `*${label}*`);
    const inUnit = (value) => `${show(value)} ${unit}`;
    const move = planeGrip(own, kind, {
      labels: [`${nameX} of ${species} ${label}`, `${nameY} of ${species} ${label}`], texts: [inUnit, inUnit],
      limits: box, step: STEP, big: 10 * STEP, scales: axes,
      get: () => model.get(key),
      set: (x, y) => traits.change({ [key]: [onGrid(x), onGrid(y)] }),
    });
    return (x, y, below, leftwards) => {
      setAll(text, { x: x + (leftwards ? -14 : 14), y: y + 5, "text-anchor": leftwards ? "end" : "start" });
      move(x, y, below);
    };
  }

  function makeStrength() {
    const node = add(svg, "g");
    const track = add(node, "rect", { class: "xb-hit xb-track", height: 32 });
    const move = roundGrip(node, "n", { hit: 22, ring: 16, size: 10 });
    const text = add(svg, "text", { class: "xb-halo xb-strong", "text-anchor": "middle" });
    const sync = slider(node, {
      label: "strength lambda of the penalty, on a logarithmic scale that begins with 0", min: ZERO, max: HIGH, step: 0.1, big: 1,
      get: () => placeOf(model.get("l2")),
      set: (t) => traits.change({ l2: strengthOf(t) }),
      text: () => `lambda ${show(model.get("l2"))}`,
      at: (x) => axes().power(x),
    });
    return (at) => {
      const x = at.powerX(placeOf(model.get("l2")));
      setAll(track, { x: at.left - 10, width: at.right - at.left + 20, y: at.rail - 16 });
      move(x, at.rail);
      setAll(text, { x: clamp(at.left + 34, x, at.right - 34), y: at.rail - 19 });
      write(text, `*λ* = ${show(model.get("l2"))}`);
      sync();
    };
  }

  function axes() {
    const width = drawing.width();
    const [left, right, top] = [34, width - 12, 42];
    const tall = clamp(210, ((right - left) * (box[3] - box[2])) / (box[1] - box[0]), 420);
    const floor = top + tall;
    const zeroX = left + 6;
    const start = zeroX + (width < 480 ? 44 : 70); // where the least λ stands; 0 has a place of its own before it
    const end = right - 14;
    return {
      left, right, top, floor, rail: floor + 84, start, zeroX, end,
      x: linearScale([box[0], box[1]], [left, right]),
      y: linearScale([box[2], box[3]], [floor, top]),
      powerX: (t) => (t < LOW ? zeroX + ((t - ZERO) / (LOW - ZERO)) * (start - zeroX) : start + ((t - LOW) / (HIGH - LOW)) * (end - start)),
      power: (x) => (x < start ? ZERO + ((x - zeroX) / (start - zeroX)) * (LOW - ZERO) : LOW + ((x - start) / (end - start)) * (HIGH - LOW)),
    };
  }

  function update() {
    const { a, b, l2 } = traits.values();
    const at = axes();
    const points = pointsOf({ zeros, ones, a, b });
    const kind = separation(points);
    const best = l2 === 0 && kind ? null : fit(points, l2);
    drawing.size(at.rail + 42);
    drawScale(at);
    fixed.forEach(({ x, y, side }, i) => setAll(marks[i], side < 0 ? { cx: at.x(x), cy: at.y(y) } : { x: at.x(x) - 4, y: at.y(y) - 4 }));
    for (const [move, [x, y], leftwards] of [[moving.a, a, at.x(a[0]) > at.right - 30], [moving.b, b, at.x(b[0]) > at.left + 30]]) {
      move(at.x(x), at.y(y), at.y(y) < at.top + 40, leftwards);
    }
    drawLines(at, best);
    drawLimit(at, best || kind !== "complete" ? null : widest(points));
    const values = best && numbersOf(best, points, l2);
    drawNearest(at, best, values);
    strength(at);
    tiles.hidden = !best;
    if (best) view.content.insertBefore(tiles, verdict);
    else tiles.remove(); // there are no numbers to show
    if (values) for (const [name, set] of Object.entries(numbers)) set(values[name]);
    verdict.textContent = sentence(kind, l2);
    view.state({ a, b, l2 });
    view.announce(values ? `${sentence(kind, l2)} Weights ${show(values.norm)}, loss ${show(values.loss)} nats, margin ${show(values.margin)}.` : sentence(kind, l2));
  }

  function sentence(kind, l2) {
    const how = {
      complete: `A line divides the ${thing}s (complete separation).`,
      "quasi-complete": `A line has every ${thing} on its side or on itself (quasi-complete separation).`,
    }[kind];
    if (!kind) return `The two kinds overlap: the minimum is finite${l2 === 0 ? ", even without a penalty." : "."}`;
    return l2 === 0 ? `${how} No finite minimum: the weights run to infinity.` : `${how} The penalty holds the weights back.`;
  }

  function drawLines(at, best) {
    const taken = [];
    for (const { z, line, text } of lines) {
      const ends = best && chord(best, z, box);
      line.style.visibility = text.style.visibility = ends ? "visible" : "hidden";
      if (!ends) continue;
      setAll(line, { x1: at.x(ends[0][0]), y1: at.y(ends[0][1]), x2: at.x(ends[1][0]), y2: at.y(ends[1][1]) });
      const x = clamp(at.left + 12, at.x(ends[0][0]), at.right - 12);
      const y = at.y(ends[0][1]) - 7;
      const free = !taken.some((other) => Math.hypot((other[0] - x) / 1.6, other[1] - y) < 15);
      text.style.visibility = free ? "visible" : "hidden";
      if (free) taken.push([x, y]);
      setAll(text, { x, y, "text-anchor": "middle" });
    }
  }

  function drawLimit(at, gap) {
    const ends = gap && chord(gap, 0, box);
    limit.line.style.visibility = limit.text.style.visibility = ends ? "visible" : "hidden";
    view.root.dataset.limit = gap ? JSON.stringify([gap.wx, gap.wy, gap.b]) : "";
    if (!ends) return;
    setAll(limit.line, { x1: at.x(ends[0][0]), y1: at.y(ends[0][1]), x2: at.x(ends[1][0]), y2: at.y(ends[1][1]) });
    const x = at.x(ends[0][0]);
    const rightwards = x < (at.left + at.right) / 2;
    setAll(limit.text, { x: x + (rightwards ? 8 : -8), y: Math.max(at.y(ends[0][1]) + 16, at.top + 12), "text-anchor": rightwards ? "start" : "end" });
    write(limit.text, "widest gap: the limit for *λ* → 0");
  }

  function drawNearest(at, best, values) {
    nearest.style.visibility = best && values?.norm ? "visible" : "hidden";
    if (!best || !values?.norm) return;
    const { x, y } = values.nearest;
    const away = (best.wx * x + best.wy * y + best.b) / values.norm ** 2;
    const foot = [x - away * best.wx, y - away * best.wy];
    const inside = foot[0] >= box[0] && foot[0] <= box[1] && foot[1] >= box[2] && foot[1] <= box[3];
    if (!inside) nearest.style.visibility = "hidden";
    setAll(nearest, { x1: at.x(x), y1: at.y(y), x2: at.x(foot[0]), y2: at.y(foot[1]) });
  }

  function drawScale(at) {
    scale.replaceChildren();
    axisLeft(scale, ticks(box[2], box[3], 6), { ...at, base: box[2], gap: 6 });
    axisBelow(scale, ticks(box[0], box[1], 6), { x: at.x, y: at.floor + 18 });
    add(scale, "text", { x: (at.left + at.right) / 2, y: at.floor + 37, "text-anchor": "middle" }, `${nameX} (${unit})`);
    add(scale, "text", { class: "xb-halo", x: 2, y: 12 }, `${nameY} (${unit})`);
    add(scale, "line", { class: "xb-axisline", x1: at.zeroX, x2: at.end, y1: at.rail, y2: at.rail });
    const powers = at.right - at.left < 400 ? [-6, -4, -2, 0, 2] : [-6, -5, -4, -3, -2, -1, 0, 1, 2];
    add(scale, "text", { class: "xb-strong", x: at.zeroX, y: at.rail + 30, "text-anchor": "middle" }, "0");
    add(scale, "text", { x: (at.zeroX + at.start) / 2, y: at.rail + 30, "text-anchor": "middle" }, "⋯");
    for (const t of powers) {
      const label = t < 0 ? `10⁻${"⁰¹²³⁴⁵⁶"[-t]}` : String(10 ** t);
      add(scale, "text", { x: at.powerX(t), y: at.rail + 30, "text-anchor": "middle" }, label);
    }
  }
}

export default { render };
