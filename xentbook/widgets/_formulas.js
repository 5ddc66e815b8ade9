/* Formulas that figures share, and how a number is written: nothing here touches the page. */

/** x, or the bound that it lies beyond. */
export const clamp = (low, x, high) => Math.min(high, Math.max(low, x));

/** 1 / (1 + e^-z), without overflow and without cancellation. */
export const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

/** ln(1 + e^z), without overflow and without cancellation: sigmoid(z) has the surprisal softplus(-z) in nats. */
export const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** A number as a reader sees it: four significant digits, ∞ where it is infinite. */
export function show(x, digits = 4) {
  if (Number.isNaN(x)) return "undefined";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  let shown = size < 10 ** digits ? size.toPrecision(digits) : String(Number(size.toPrecision(digits)));
  if (size < 1e-4 || size >= 1e6) {
    const [mantissa, power] = size.toExponential(digits - 1).split("e");
    shown = `${mantissa}·10${[...String(Number(power))].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("")}`;
  }
  return (x < 0 ? "−" : "") + shown;
}

/** Where to set marks from low to high: at most `most` of them and one more, at whole multiples of a number that is easily read. */
export function ticks(low, high, most) {
  const least = (high - low) / most;
  const unit = 10 ** Math.floor(Math.log10(least));
  const stride = unit * ([1, 2, 2.5, 5].find((n) => n * unit >= least * (1 - 1e-9)) ?? 10);
  const first = Math.ceil(low / stride - 1e-9);
  const count = Math.floor(high / stride + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * stride).toPrecision(6)));
}

/** A number with the minus sign of print. */
export const signed = (x) => String(x).replace("-", "−");

/** The straight map of [a, b] onto [from, to], and the way back: `scale(value)`, `scale.back(place)`. */
export function linearScale([a, b], [from, to]) {
  const scale = (value) => from + ((value - a) / (b - a)) * (to - from);
  scale.back = (place) => a + ((place - from) / (to - from)) * (b - a);
  return scale;
}

/** The text of a path through points. */
export const polyline = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

/** Gives entry k the value v and scales the others in the proportions that they have in `from`; none falls below
    `least`. Where the others are all zero they share the rest equally.                                                */
export function rescaled(from, k, v, least = 0) {
  const result = from.slice();
  result[k] = v;
  let open = from.map((_, i) => i).filter((i) => i !== k);
  let rest = 1 - v;
  for (;;) {
    const sum = open.reduce((total, i) => total + from[i], 0);
    for (const i of open) result[i] = sum > 0 ? (from[i] / sum) * rest : rest / open.length;
    const low = open.filter((i) => result[i] < least);
    if (!low.length) return result;
    for (const i of low) { result[i] = least; rest -= least; }
    open = open.filter((i) => !low.includes(i));
  }
}

export const log2 = Math.log2;
/** 0 log 0 is 0; what is impossible under q and happens under p costs infinitely much. */
export const cost = (p, q) => (p === 0 ? 0 : -p * log2(q));
export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const entropy = (p) => sum(p.map((x) => cost(x, x)));
export const crossEntropy = (p, q) => sum(p.map((x, k) => cost(x, q[k])));
export const klDivergence = (p, q) => sum(p.map((x, k) => (x === 0 ? 0 : x * log2(x / q[k]))));
