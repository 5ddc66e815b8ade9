/* Readings at their confidence, the right ones above, the wrong ones below; two thresholds and three costs to move. */
import { add, frame, plot, roundGrip, setAll, slider, state, subline, tile, write } from "./_drawing.js";
import { clamp, linearScale, show, sigmoid } from "./_formulas.js";

const [FAINTEST, SUREST] = [-4, 10]; // log-odds at the ends of the axis, which stand for 0 and 1
const TICKS = [[0.1, "10 %"], [0.5, "50 %"], [0.9, "90 %"], [0.99, "99 %"], [0.999, "99.9 %"], [0.9999, "99.99 %"]];
/** @type {[string, string, number, number][]} */
const PRICES = [["cost_error", "a wrong bill", 0, 3], ["cost_review", "a clerk's look", -1, 2], ["cost_rollback", "a rollback", -1, 2]];
const TRAITS = ["accept", "review", "cost_error", "cost_review", "cost_rollback", "calibrated"];
const toOdds = (p) => (p <= 0 ? FAINTEST : p >= 1 ? SUREST : clamp(FAINTEST, Math.log(p / (1 - p)), SUREST));
const fromOdds = (u) => (u <= FAINTEST ? 0 : u >= SUREST ? 1 : sigmoid(u));
const percent = (p) => `${Number((100 * p).toPrecision(p > 0.99 ? 5 : 3))} %`;

/** The thresholds between the cheapest decisions, where a confidence is the probability of being right. */
function bestGate({ error, review, rollback, repair }) {
  const overRollback = Math.max(0, 1 - rollback / error);
  const overReview = repair < error ? Math.max(0, 1 - review / (error - repair)) : 0;
  if (repair === 0) {
    return review <= rollback ? { accept: overReview, review: 0 } : { accept: overRollback, review: overRollback };
  }
  if (overReview <= overRollback) return { accept: overRollback, review: overRollback };
  return { accept: overReview, review: Math.max(0, 1 - (rollback - review) / repair) };
}

/** What a gate does with the cases: counts, errors, costs of a case. */
function outcome(sure, correct, gate, { error, review, rollback, repair }) {
  const low = Math.min(gate.review, gate.accept);
  const out = { accepted: 0, reviewed: 0, rolledBack: 0, through: 0, stated: 0, cost: 0 };
  sure.forEach((c, i) => {
    const wrong = 1 - correct[i];
    if (c >= gate.accept) {
      out.accepted += 1;
      out.through += wrong;
      out.stated += 1 - c;
      out.cost += error * wrong;
    } else if (c >= low) {
      out.reviewed += 1;
      out.cost += review + repair * wrong;
    } else {
      out.rolledBack += 1;
      out.cost += rollback;
    }
  });
  return out;
}

const shares = (now, ideal, best, n) => ({
  accepted: now.accepted / n, reviewed: now.reviewed / n, rolled_back: now.rolledBack / n, let_through: now.through / n,
  stated: now.stated / n, cost: now.cost / n, gate_cost: ideal.cost / n, gate_accept: best.accept, gate_review: best.review,
});

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities(traits) {
  const prices = { error: traits.cost_error, review: traits.cost_review, rollback: traits.cost_rollback, repair: traits.repair };
  const sure = traits.calibrated ? traits.mended : traits.raw;
  const best = bestGate(prices);
  const [now, ideal] = [traits, best].map((gate) => outcome(sure, traits.correct, gate, prices));
  return shares(now, ideal, best, sure.length);
}

function render({ model, el }) {
  const traits = state(model, TRAITS, update);
  const correct = model.get("correct");
  const view = frame(el, {
    title: "A gate on a queue of readings",
    hint: "Drag the two grips on the axis, or focus one and use the arrow keys. A dot is a meter that was read correctly, a cross one that "
      + "was not; both lie at their confidence, on a scale of log-odds that ends at 99.995 %. The triangles mark the thresholds that the costs ask for.",
    buttons: { "From costs": () => traits.change(bestGate(costs())), "Reset": () => traits.change(traits.first) },
  });
  const choice = add(view.content, "div", { class: "xb-buttons", role: "group", "aria-label": "confidences" });
  const kinds = ["As trained", "Calibrated"].map((name, calibrated) => {
    const button = add(choice, "button", { type: "button" }, name);
    button.addEventListener("click", () => traits.change({ calibrated }));
    return button;
  });
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const ground = add(svg, "g");
  const walls = add(svg, "g");
  const scale = add(svg, "g");
  const cases = add(svg, "g");
  const marks = add(svg, "g");
  const grips = {
    accept: threshold("accept", "threshold for accepting", "p"),
    review: threshold("review", "threshold for review", "q"),
  };
  const prices = PRICES.map(price);
  const words = add(view.content, "p", { class: "xb-hint", style: "color: var(--xb-ink)" });
  const tiles = add(view.content, "div", { class: "xb-tiles" });
  const numbers = { cost: tile(tiles, "cost", "cost of a meter", "", "xb-tj") };
  numbers.gate_cost = subline(tiles, "at the triangles ", "gate_cost");
  numbers.let_through = tile(tiles, "let_through", "wrong and accepted", "of all", "xb-tq");
  numbers.stated = subline(tiles, "by its own word ", "stated");
  numbers.accepted = tile(tiles, "accepted", "accepted", "of all", "xb-tp");
  numbers.gate_accept = subline(tiles, "triangle at ", "gate_accept");
  numbers.reviewed = tile(tiles, "reviewed", "reviewed", "of all");
  numbers.gate_review = subline(tiles, "triangle at ", "gate_review");
  numbers.rolled_back = tile(tiles, "rolled_back", "rolled back", "of all");
  update();

  function costs() {
    const [error, review, rollback] = PRICES.map(([name]) => model.get(name));
    return { error, review, rollback, repair: model.get("repair") };
  }

  /** Thresholds may meet, and then push each other along. */
  function push(name, p) {
    const other = name === "accept" ? { review: Math.min(model.get("review"), p) } : { accept: Math.max(model.get("accept"), p) };
    traits.change({ [name]: p, ...other });
  }

  function threshold(name, label, kind) {
    const node = add(svg, "g");
    const wall = add(walls, "line", { class: `xb-${kind}line`, style: "--w: 2", "stroke-dasharray": name === "accept" ? "none" : "5 4" });
    const place = roundGrip(node, kind, { hit: 20, size: 9 });
    const text = add(node, "text", { class: `xb-halo xb-${kind}t` });
    const sync = slider(node, {
      label: `${label}, on a scale of log-odds`, min: FAINTEST, max: SUREST, step: 0.1, big: 1,
      get: () => toOdds(model.get(name)), set: (u) => push(name, fromOdds(u)),
      text: () => `${name} from ${percent(model.get(name))} on`, at: (x) => axes().x.back(x),
    });
    return (at, y) => {
      const x = at.x(toOdds(model.get(name)));
      setAll(wall, { x1: x, x2: x, y1: at.top, y2: y });
      place(x, y);
      const flip = x > (at.left + at.right) / 2;
      setAll(text, { x: x + (flip ? -16 : 16), y: y + 4, "text-anchor": flip ? "end" : "start" });
      write(text, `${name} from ${percent(model.get(name))}`);
      sync();
    };
  }

  function price([name, label, low, high]) {
    const node = add(svg, "g");
    const rail = ({ left, right }) => linearScale([low, high], [left, right]);
    const text = add(svg, "text", { class: "xb-strong" });
    const line = add(node, "line", { class: "xb-axisline", style: "stroke-width: 3" });
    const track = add(node, "rect", { class: "xb-hit xb-track", height: 30 });
    const place = roundGrip(node, "n", { hit: 20, size: 9 });
    const sync = slider(node, {
      label: `cost of ${label}, on a logarithmic scale`, min: low, max: high, step: 0.05, big: 0.25,
      get: () => clamp(low, Math.log10(model.get(name)), high),
      set: (u) => traits.change({ [name]: Number((10 ** u).toPrecision(3)) }),
      text: () => show(model.get(name), 3),
      at: (x) => rail(axes()).back(x),
    });
    return ({ left, right }, y) => {
      const x = rail({ left, right })(clamp(low, Math.log10(model.get(name)), high));
      setAll(text, { x: left, y: y - 18 });
      write(text, `cost of ${label}: ${Number(model.get(name).toPrecision(3))}`);
      setAll(line, { x1: left, x2: right, y1: y, y2: y });
      setAll(track, { x: left, y: y - 15, width: right - left });
      place(x, y);
      sync();
    };
  }

  function axes() {
    const width = drawing.width();
    const [left, right, top] = [16, width - 16, 26];
    return {
      left, right, top, split: top + 96, floor: top + 160, prices: top + 320,
      x: linearScale([FAINTEST, SUREST], [left, right]),
    };
  }

  function update() {
    const { accept, review, calibrated } = traits.values();
    const at = axes();
    const sure = model.get(calibrated ? "mended" : "raw");
    const best = bestGate(costs());
    const [now, ideal] = [{ accept, review }, best].map((gate) => outcome(sure, correct, gate, costs()));
    drawing.size(at.prices + 2 * 54 + 26);
    drawScale(at, Math.min(accept, review), accept);
    drawCases(at, sure);
    drawMarks(at, best);
    grips.accept(at, at.floor + 48);
    grips.review(at, at.floor + 88);
    prices.forEach((draw, i) => draw(at, at.prices + 54 * i));
    kinds.forEach((button, i) => button.setAttribute("aria-pressed", i === calibrated));
    write(words, `Of ${sure.length} meters: ${now.accepted} accepted, ${now.through} of these wrong; ${now.reviewed} to review; ${now.rolledBack} rolled back.`);
    const values = shares(now, ideal, best, sure.length);
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    view.state(traits.values());
    view.announce(`${words.textContent} A meter costs ${show(values.cost)}.`);
  }

  function drawScale({ left, right, top, split, floor, x }, low, high) {
    ground.replaceChildren();
    scale.replaceChildren();
    const ends = [left, x(toOdds(low)), x(toOdds(high)), right];
    ["roll back", "review", "accept"].forEach((name, i) => {
      const [from, to] = [ends[i], ends[i + 1]];
      if (to - from < 1) return;
      const fill = ["var(--xb-q-soft)", "var(--xb-panel)", "var(--xb-p-soft)"][i];
      add(ground, "rect", { x: from, y: top, width: to - from, height: floor - top, style: `fill: ${fill}; opacity: .55` });
      if (to - from > 62) add(scale, "text", { class: "xb-strong", x: (from + to) / 2, y: top - 8, "text-anchor": "middle" }, name);
    });
    add(scale, "line", { class: "xb-gridline", x1: left, x2: right, y1: split, y2: split });
    add(scale, "line", { class: "xb-axisline", x1: left, x2: right, y1: floor, y2: floor });
    add(scale, "text", { class: "xb-halo xb-pt", x: left + 4, y: top + 15 }, "read correctly");
    add(scale, "text", { class: "xb-halo xb-qt", x: left + 4, y: split + 15 }, "misread");
    const narrow = right - left < 420;
    for (const [p, name] of TICKS.filter((tick, i) => !narrow || i % 2)) {
      add(scale, "line", { class: "xb-axisline", x1: x(toOdds(p)), x2: x(toOdds(p)), y1: floor, y2: floor + 5 });
      add(scale, "text", { class: "xb-halo", x: x(toOdds(p)), y: floor + 19, "text-anchor": "middle" }, name);
    }
  }

  function drawCases({ top, split, floor, x }, sure) {
    cases.replaceChildren();
    sure.forEach((c, i) => {
      const share = (i * 0.618034) % 1; // spreads cases of one confidence over the height of their lane
      const across = x(toOdds(c));
      if (correct[i]) add(cases, "circle", { class: "xb-pfill", cx: across, cy: top + 24 + share * (split - top - 32), r: 2.6, opacity: 0.75 });
      else {
        const y = split + 24 + share * (floor - split - 32);
        add(cases, "path", { class: "xb-qline", style: "--w: 2.2", d: `M${across - 4} ${y - 4}l8 8m0 -8l-8 8` });
      }
    });
  }

  function drawMarks({ floor, x }, best) {
    marks.replaceChildren();
    for (const name of ["review", "accept"]) {
      add(marks, "path", { style: "fill: var(--xb-j)", d: `M${x(toOdds(best[name]))} ${floor + 22}l6 10h-12z` });
    }
  }
}

export default { render };
