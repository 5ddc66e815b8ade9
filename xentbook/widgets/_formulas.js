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
