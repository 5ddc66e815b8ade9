/* The tree of a Huffman code above the probabilities that it is made for. The code is that of xentbook.huffman_code:
   the same ties, the same canonical words. */
import { add, frame, plot, setAll, slider, state, subline, tile } from "./_drawing.js";
import { entropy, log2, rescaled, show, sum } from "./_formulas.js";

const LEAST = 1 / 128;

/** The length of each symbol's word: the two least probable nodes are joined, equal ones in the order they came in. */
function huffmanLengths(p) {
  const depths = p.map(() => 0);
  const nodes = p.map((weight, leaf) => ({ weight, order: leaf, leaves: [leaf] }));
  for (let order = p.length; nodes.length > 1; order += 1) {
    nodes.sort((a, b) => a.weight - b.weight || a.order - b.order);
    const [first, second] = nodes.splice(0, 2);
    const leaves = [...first.leaves, ...second.leaves];
    for (const leaf of leaves) depths[leaf] += 1;
    nodes.push({ weight: first.weight + second.weight, order, leaves });
  }
  return depths;
}

/** The canonical words of these lengths: short ones first, equal ones in the order of the symbols. */
function canonicalWords(lengths) {
  const words = lengths.map(() => "");
  let value = 0;
  let length = 0;
  for (const symbol of lengths.map((_, k) => k).sort((a, b) => lengths[a] - lengths[b] || a - b)) {
    value *= 2 ** (lengths[symbol] - length);
    length = lengths[symbol];
    words[symbol] = value.toString(2).padStart(length, "0");
    value += 1;
  }
  return words;
}

/** Shannon's length, exactly: the least l with 2^-l at most p. */
function shannonLength(p) {
  let length = 0;
  while (2 ** -length > p) length += 1;
  return length;
}

/** The code words of xentbook.huffman_code. */
export const codeWords = (p) => canonicalWords(huffmanLengths(p));

/** The numbers that the figure shows, as `quantities()` of the Python class. */
export function quantities({ p }) {
  const code = codeWords(p);
  const huffman = sum(p.map((x, k) => x * code[k].length));
  const shannon = sum(p.map((x) => x * shannonLength(x)));
  return {
    entropy: entropy(p), huffman_length: huffman, shannon_length: shannon,
    huffman_overhead: huffman - entropy(p), shannon_overhead: shannon - entropy(p),
  };
}

function render({ model, el }) {
  const symbols = [...model.get("symbols")];
  const K = symbols.length;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const traits = state(model, ["p"], update);
  const view = frame(el, {
    title: "A code that follows the probabilities",
    hint: "Drag the end of a bar, or focus it and use the arrow keys; the other bars keep their proportions, so that all sum to 1 "
      + "(none falls below 1/128). Each way down the tree spells a code word: 0 to the left, 1 to the right. "
      + "The dashed line across the bits of a word is the surprisal, the length it would have if bits came in fractions.",
    buttons: {
      "All equal": () => traits.change({ p: symbols.map(() => 1 / K) }),
      "Halving": () => traits.change({ p: symbols.map((_, k) => 2 ** -Math.min(k + 1, K - 1)) }),
      "Reset": () => traits.change(traits.first),
    },
  });
  /** @type {Record<string, number[]> | null} */
  let shown = null; // where the nodes of the tree stand
  let shownWidth = 0;
  let moving = 0;
  const drawing = plot(view.content, update);
  const { svg } = drawing;
  const tree = add(svg, "g");
  const table = add(svg, "g");
  const heads = ["probability *p*", "code word"].map((text) => add(table, "text", {}, text));
  const rows = symbols.map(row);
  const tiles = add(view.content, "div", { class: "xb-tiles xb-three" });
  const numbers = {
    entropy: tile(tiles, "entropy", "entropy *H*(*p*)", "bits", "xb-tp"),
    huffman_length: tile(tiles, "huffman_length", "Huffman, on average", "bits", "xb-tq"),
  };
  numbers.huffman_overhead = subline(tiles, "over the entropy: ", "huffman_overhead");
  numbers.shannon_length = tile(tiles, "shannon_length", "Shannon’s lengths, on average", "bits", "xb-tj");
  numbers.shannon_overhead = subline(tiles, "over the entropy: ", "shannon_overhead");
  update();

  function row(symbol, k) {
    const name = add(table, "text", { class: "xb-strong", "text-anchor": "middle" }, symbol);
    const back = add(table, "rect", { rx: 4, style: "fill: var(--xb-panel)" });
    const bar = add(table, "rect", { class: "xb-pfill", rx: 4 });
    const word = add(table, "g", { "data-code-word": symbol });
    const ideal = add(table, "line", { style: "stroke: var(--xb-ink)", "stroke-width": 1.6, "stroke-dasharray": "3 2" });
    const node = add(table, "g");
    const track = add(node, "rect", { class: "xb-hit xb-track", style: "touch-action: pan-y; cursor: ew-resize" });
    const hit = add(node, "rect", { class: "xb-hit" });
    const ring = add(node, "rect", { class: "xb-ring", rx: 9 });
    const grip = add(node, "rect", { class: "xb-grip xb-p", rx: 5, width: 10 });
    const value = add(table, "text", { class: "xb-halo xb-pt" });
    let from = model.get("p");
    const sync = slider(node, {
      label: `probability of ${symbol}`, min: LEAST, max: 1 - (K - 1) * LEAST, step: 0.01, big: 0.1,
      get: () => model.get("p")[k],
      begin: () => { from = model.get("p"); },
      set: (v) => traits.change({ p: rescaled(from, k, v, LEAST) }),
      text: (v) => `${show(v)}, code word ${words()[k].split("").join(" ")}`,
      at: (x) => { const { bars, full } = box(); return (x - bars) / full; },
    });
    return { name, back, bar, word, ideal, track, hit, ring, grip, value, sync };
  }

  function words() {
    return codeWords(model.get("p"));
  }

  function box() {
    const width = drawing.width();
    const narrow = width < 480;
    const treeTall = narrow && K < 7 ? 224 : 270;
    const bars = 34;
    const unit = narrow ? 14 : 26; // pixels a bit
    const longest = Math.max(4, K - 1);
    const bits = width - unit * longest - 3;
    return { width, treeTall, bars, full: bits - bars - (narrow ? 16 : 36), unit, bits, first: treeTall + 40, pitch: 36 };
  }

  function update() {
    const p = model.get("p");
    const code = words();
    const { width, treeTall, bars, full, unit, bits, first, pitch } = box();
    drawing.size(first + pitch * K);
    [bars, bits].forEach((x, i) => setAll(heads[i], { x, y: treeTall + 22 }));
    rows.forEach(({ name, back, bar, word, ideal, track, hit, ring, grip, value, sync }, k) => {
      const y = first + pitch * k;
      const end = bars + p[k] * full;
      setAll(name, { x: 16, y: y + 17 });
      setAll(back, { x: bars, y: y + 4, width: full, height: 18 });
      setAll(bar, { x: bars, y: y + 4, width: end - bars, height: 18 });
      setAll(track, { x: bars, y: y - 4, width: full, height: 34 });
      setAll(hit, { x: end - 20, y: y - 5, width: 40, height: 36 });
      setAll(grip, { x: end - 5, y: y + 1, height: 24 });
      setAll(ring, { x: end - 10, y: y - 4, width: 20, height: 34 });
      const inside = end + 50 > bars + full && end - bars > 56;
      setAll(value, {
        x: inside ? end - 12 : end + 11, y: y + 17, "text-anchor": inside ? "end" : "start",
        class: inside ? "" : "xb-halo xb-pt", style: inside ? "fill: var(--xb-on-p); font-weight: 600" : "",
      });
      value.textContent = Number(p[k].toFixed(3));
      word.replaceChildren();
      [...code[k]].forEach((bit, i) => {
        add(word, "rect", { class: "xb-qline", style: "--w: 1.5; fill: var(--xb-q-soft)", x: bits + unit * i, y: y + 3, width: unit, height: 20 });
        add(word, "text", { class: "xb-qt", x: bits + unit * (i + 0.5), y: y + 17, "text-anchor": "middle" }, bit);
      });
      setAll(ideal, { x1: bits - unit * log2(p[k]), x2: bits - unit * log2(p[k]), y1: y - 3, y2: y + 29 });
      sync();
    });
    const values = quantities({ p });
    for (const [name, set] of Object.entries(numbers)) set(values[name]);
    moveTree(layout(p, code, width, treeTall));
    view.state({ p });
    view.announce(`Entropy ${show(values.entropy)} bits, Huffman code ${show(values.huffman_length)} bits.`);
  }

  /** Where the nodes stand: leaves side by side in the order of their words, a parent above its children. */
  function layout(p, code, width, tall) {
    const nodes = {};
    const order = code.map((_, k) => k).sort((a, b) => (code[a] < code[b] ? -1 : 1));
    const deepest = Math.max(...code.map((word) => word.length));
    const down = Math.min(58, (tall - 62) / deepest);
    const slot = (width - 12) / K;
    order.forEach((k, i) => {
      nodes[code[k]] = { x: 6 + slot * (i + 0.5), y: 22 + down * code[k].length, weight: p[k], leaf: symbols[k], id: symbols[k] };
    });
    for (let length = deepest - 1; length >= 0; length -= 1) {
      for (const word of new Set(code.filter((w) => w.length > length).map((w) => w.slice(0, length)))) {
        const [left, right] = [nodes[`${word}0`], nodes[`${word}1`]];
        nodes[word] = { x: (left.x + right.x) / 2, y: 22 + down * length, weight: left.weight + right.weight, id: `node ${word}` };
      }
    }
    return nodes;
  }

  /** Draws the tree, and where its shape has changed lets the nodes glide to their places. */
  function moveTree(nodes) {
    cancelAnimationFrame(moving);
    const goal = Object.fromEntries(Object.values(nodes).map(({ id, x, y }) => [id, [x, y]]));
    const start = shown;
    const same = start && Object.keys(goal).every((id) => start[id] && Math.hypot(start[id][0] - goal[id][0], start[id][1] - goal[id][1]) < 0.5);
    const resized = shownWidth !== drawing.width();
    shownWidth = drawing.width();
    if (!start || same || resized || calm.matches) return drawTree(nodes, goal);
    let began = 0;
    const step = (now) => {
      began ||= now;
      const t = Math.min(1, (now - began) / 260);
      const eased = 1 - (1 - t) ** 3;
      const between = {};
      for (const [id, [x, y]] of Object.entries(goal)) {
        const [x0, y0] = start[id] ?? [x, y];
        between[id] = [x0 + (x - x0) * eased, y0 + (y - y0) * eased];
      }
      drawTree(nodes, between);
      if (t < 1) moving = requestAnimationFrame(step);
    };
    drawTree(nodes, Object.fromEntries(Object.keys(goal).map((id) => [id, start[id] ?? goal[id]])));
    moving = requestAnimationFrame(step);
  }

  function drawTree(nodes, places) {
    const slot = drawing.width() / K;
    const tight = slot < 44; // no room for numbers inside the tree
    shown = places;
    tree.replaceChildren();
    for (const [word, node] of Object.entries(nodes)) {
      if (!word) continue;
      const [x, y] = places[node.id];
      const [px, py] = places[nodes[word.slice(0, -1)].id];
      const bit = word.at(-1);
      add(tree, "path", { d: `M${px} ${py}C${px} ${py + (y - py) * 0.55} ${x} ${py + (y - py) * 0.35} ${x} ${y}`, fill: "none", style: "stroke: var(--xb-axis)", "stroke-width": 1.2 + 7 * node.weight, "stroke-linecap": "round", opacity: 0.75 });
      add(tree, "text", { class: "xb-halo xb-strong", x: (x + px) / 2 + (bit === "0" ? -9 : 9), y: (y + py) / 2 + (tight ? 4 : 1), "text-anchor": "middle" }, bit);
    }
    for (const [word, node] of Object.entries(nodes)) {
      const [x, y] = places[node.id];
      if (node.leaf) {
        add(tree, "circle", { cx: x, cy: y, r: tight ? 11 : 14, class: "xb-pfill" });
        add(tree, "text", { x, y: y + 5, "text-anchor": "middle", style: "fill: var(--xb-on-p); font-weight: 650; font-size: 14px" }, node.leaf);
        if (word.length * 8.5 < slot) add(tree, "text", { class: "xb-halo xb-strong", x, y: y + 30, "text-anchor": "middle" }, word);
      } else if (tight) {
        add(tree, "circle", { cx: x, cy: y, r: 5, style: "fill: var(--xb-bg); stroke: var(--xb-axis)", "stroke-width": 2 });
      } else {
        add(tree, "rect", { x: x - 19, y: y - 10, width: 38, height: 20, rx: 10, style: "fill: var(--xb-bg); stroke: var(--xb-axis)" });
        add(tree, "text", { x, y: y + 4, "text-anchor": "middle" }, Number(node.weight.toFixed(2)));
      }
    }
  }
}

export default { render };
