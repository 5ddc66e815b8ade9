/* Two distributions as bars. The strip below them is as long as the cross-entropy: H(p), and what q costs on top. */
import { add, frame, legend, patterns, plot, quantity, setAll, slider, state, tile, write } from "./_drawing.js";
import { clamp, cost, crossEntropy, entropy, klDivergence, rescaled, show } from "./_formulas.js";


/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities({ p, q }) {
  return {
    cross_entropy: crossEntropy(p, q), entropy: entropy(p), kl_divergence: klDivergence(p, q),
    reverse_kl_divergence: klDivergence(q, p), perplexity: 2 ** crossEntropy(p, q),
  };
}

function render({ model, el }) {
  const labels = model.get("labels");
  const K = labels.length;
  const traits = state(model, ["p", "q"], update);
  const view = frame(el, {
    title: "What it costs to believe *q* when the truth is *p*",
    hint: "Drag a bar, or focus its grip and use the arrow keys. The other bars of the same colour keep their proportions and "
      + "make room, so that each distribution always sums to 1. Take a bar of *q* to 0 and see what certainty can cost.",
    buttons: {
      "Swap": () => traits.change({ p: model.get("q"), q: model.get("p") }),
      "Make q = p": () => traits.change({ q: model.get("p").slice() }),
      "Reset": () => traits.change(traits.first),
    },
  });
  write(view.row.children[1], "Make *q* = *p*");
  setAll(view.row.children[0], { "aria-label": "Swap p and q" });

  const terms = add(view.content, "div", { class: "xb-equation" });
  const term = (kind, label, what, name) => {
    const holder = add(terms, "div", { class: `xb-term xb-${kind}` });
    add(holder, "span", { class: "xb-name" }, label);
    const set = quantity(holder, name);
    add(holder, "span", { class: "xb-what" }, what);
    return set;
  };
  const numbers = { cross_entropy: term("ink", "*H*(*p*, *q*)", "bits a symbol, in all", "cross_entropy") };
  add(terms, "span", { class: "xb-operator" }, "=");
  numbers.entropy = term("p", "*H*(*p*)", "the world’s part", "entropy");
  add(terms, "span", { class: "xb-operator" }, "+");
  numbers.kl_divergence = term("q", "KL(*p*‖*q*)", "the price of *q*", "kl_divergence");

  legend(view.content, [["p", "*p*, the truth"], ["q", "*q*, the prediction"]]);
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const fills = patterns(svg);
  const lines = add(svg, "g");
  const grid = [0, 0.25, 0.5, 0.75, 1].map((y) => ({
    y, line: add(lines, "line", { class: y ? "xb-gridline" : "xb-axisline" }), text: add(lines, "text", { "text-anchor": "end" }, String(y).replace("0.", ".")),
  }));
  const names = labels.map((label) => add(svg, "text", { class: "xb-strong", "text-anchor": "middle" }, label));
  const bars = ["p", "q"].flatMap((which) => labels.map((_, k) => bar(which, k)));
  const strip = makeStrip(svg, labels, fills);

  const tiles = add(view.content, "div", { class: "xb-tiles" });
  numbers.reverse_kl_divergence = tile(tiles, "reverse_kl_divergence", "the reverse, KL(*q*‖*p*)", "bits", "xb-tj");
  numbers.perplexity = tile(tiles, "perplexity", "perplexity of *q*", "equal choices", "xb-tq");
  update();

  function bar(which, k) {
    const node = add(svg, "g");
    const shape = add(node, "rect", { rx: 4, ...(which === "p" ? { class: "xb-pfill" } : { class: "xb-qline", fill: fills.q, style: `fill: ${fills.q}` }) });
    const track = add(node, "rect", { class: "xb-hit xb-track", style: "touch-action: pan-y; cursor: ns-resize" });
    const hit = add(node, "rect", { class: "xb-hit" });
    const ring = add(node, "rect", { class: "xb-ring", rx: 10 });
    const grip = add(node, "rect", { class: `xb-grip xb-${which}`, rx: 5, height: 10 });
    const value = add(node, "text", { class: `xb-halo xb-${which}t`, "text-anchor": "middle" });
    let from = model.get(which);
    const sync = slider(node, {
      label: `${which === "p" ? "truth p" : "prediction q"} of ${labels[k]}`, min: 0, max: 1, step: 0.01, big: 0.1,
      get: () => model.get(which)[k],
      begin: () => { from = model.get(which); },
      set: (v) => traits.change({ [which]: rescaled(from, k, clamp(0, v, 1)) }),
      text: (v) => `${show(v)}`,
      at: (x, y) => (box().floor - y) / box().tall,
    });
    return { which, k, shape, track, hit, ring, grip, value, sync };
  }

  function box() {
    const width = drawing.width();
    const tall = clamp(170, width * 0.36, 270);
    return { width, left: width < 420 ? 20 : 34, right: width - 2, top: 24, tall, floor: 24 + tall, strip: 24 + tall + 42 };
  }

  function update() {
    const { width, left, right, top, tall, floor, strip: below } = box();
    const { p, q } = traits.values();
    drawing.size(below + strip.height);
    const slot = (right - left) / K;
    const wide = Math.min(slot * 0.36, 54);
    for (const { y, line, text } of grid) {
      setAll(line, { x1: left, x2: right, y1: floor - y * tall, y2: floor - y * tall });
      setAll(text, { x: left - 7, y: floor - y * tall + 4 });
      text.style.visibility = width < 420 && y % 0.5 ? "hidden" : "visible";
    }
    names.forEach((text, k) => setAll(text, { x: left + slot * (k + 0.5), y: floor + 20 }));
    for (const { which, k, shape, track, hit, ring, grip, value, sync } of bars) {
      const v = (which === "p" ? p : q)[k];
      const x = left + slot * (k + 0.5) + (which === "p" ? -wide - 1.5 : 1.5);
      const y = floor - v * tall;
      const lane = which === "p" ? left + slot * k : left + slot * (k + 0.5);
      setAll(shape, { x: which === "p" ? x : x + 1, y, width: which === "p" ? wide : wide - 2, height: Math.max(0, floor - y) });
      setAll(track, { x: lane, y: top, width: slot / 2, height: tall });
      setAll(hit, { x: lane, y: y - 22, width: slot / 2, height: 44 });
      setAll(grip, { x: x + 1, y: y - 5, width: wide - 2 });
      setAll(ring, { x: x - 4, y: y - 10, width: wide + 8, height: 20 });
      setAll(value, { x: x + wide / 2, y: y - 13, class: `xb-halo xb-${which}t ${wide < 25 ? "xb-small" : ""}` });
      value.textContent = wide < 34 ? v.toFixed(2).replace(/^0(?=\.)/, "") : Number(v.toFixed(3));
      sync();
    }
    const values = quantities({ p, q });
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    strip.update({ left, right, top: below, p, q, values });
    view.state({ p, q });
    view.announce(`Cross-entropy ${show(values.cross_entropy)} bits: entropy ${show(values.entropy)} and divergence ${show(values.kl_divergence)}.`);
  }
}

/** Two strips of one length in bits: H(p) and the divergence; and the same length cut by symbol. */
function makeStrip(svg, labels, fills) {
  const group = add(svg, "g");
  const rule = add(group, "g");
  const heading = add(group, "text", { class: "xb-halo" }, "bits a symbol, on average");
  const own = add(group, "rect", { class: "xb-pfill", height: 26 });
  const extra = add(group, "rect", { class: "xb-qline", height: 24, style: `fill: ${fills.q}` });
  const ownText = add(group, "text", { style: "fill: var(--xb-on-p); font-weight: 600" }, "*H*(*p*)");
  const extraText = add(group, "text", { class: "xb-halo xb-qt" }, "KL(*p*‖*q*)");
  const caption = add(group, "text", { class: "xb-halo" }, "");
  const parts = labels.map((label) => ({
    rect: add(group, "rect", { height: 20, style: "fill: var(--xb-panel); stroke: var(--xb-axis)" }),
    text: add(group, "text", { "text-anchor": "middle" }, label), label,
  }));
  const arrow = add(group, "path", { class: "xb-qline" });
  const end = add(group, "line", { class: "xb-axisline", "stroke-dasharray": "3 3" });

  function update({ left, right, top, p, q, values }) {
    const total = values.cross_entropy;
    const most = total === Infinity ? 4 : 4 * 2 ** Math.max(0, Math.ceil(Math.log2(total / 3.9)));
    const room = right - left - 20;
    const x = (bits) => left + (bits / most) * room;
    const edge = total === Infinity ? right - 14 : x(total);
    setAll(heading, { x: left, y: top + 12 });
    rule.replaceChildren();
    for (let i = 0; i <= 4; i += 1) {
      const bits = (most / 4) * i;
      add(rule, "line", { class: "xb-gridline", x1: x(bits), x2: x(bits), y1: top + 20, y2: top + 98 });
      add(rule, "text", { x: x(bits), y: top + 113, "text-anchor": "middle" }, i < 4 ? bits : `${bits} bits`);
    }
    const middle = x(values.entropy);
    setAll(own, { x: left, y: top + 20, width: Math.max(0, middle - left) });
    setAll(extra, { x: middle + 1, y: top + 21, width: Math.max(0, edge - middle - 2) });
    extra.style.visibility = values.kl_divergence > 0 ? "visible" : "hidden";
    setAll(ownText, { x: left + 8, y: top + 37 });
    ownText.style.visibility = middle - left > 44 ? "visible" : "hidden";
    const fits = right - edge > 66;
    setAll(extraText, { x: fits ? edge + 7 : right - 2, y: fits ? top + 37 : top + 12, "text-anchor": fits ? "start" : "end" });
    write(extraText, total === Infinity ? "KL(*p*‖*q*) = ∞" : "KL(*p*‖*q*)");
    setAll(caption, { x: left, y: top + 65 });
    write(caption, room > 300 ? "the same length, by symbol: *p* · log₂ 1∕*q* each" : "by symbol: *p* · log₂ 1∕*q* each");
    let from = left;
    parts.forEach(({ rect, text, label }, k) => {
      const bits = cost(p[k], q[k]);
      const to = bits === Infinity || from >= edge ? edge : Math.min(edge, x(((from - left) / room) * most + bits));
      setAll(rect, { x: from, y: top + 72, width: Math.max(0, to - from) });
      setAll(text, { x: (from + to) / 2, y: top + 86 });
      text.style.visibility = to - from > label.length * 7 + 6 ? "visible" : "hidden";
      from = to;
    });
    setAll(end, { x1: edge, x2: edge, y1: top + 46, y2: top + 72 });
    const tip = right - 2;
    setAll(arrow, { d: total === Infinity ? `M${edge} ${top + 33}H${tip}m-7 -6l7 6l-7 6` : "" });
  }
  return { height: 118, update };
}

export default { render };
