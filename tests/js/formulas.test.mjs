/* What the shared formulas promise beyond their values, which tests/test_front_ends.py compares with the package. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp, cost, linearScale, polyline, rescaled, show, sigmoid, signed, softplus, sum, ticks } from "../../xentbook/widgets/_formulas.js";

test("a number is shown with four significant digits, and what is not finite by its sign", () => {
  assert.deepEqual([0, 1.5, -0.012345, 123456, 0.00001234, -2e7].map((x) => show(x)),
    ["0", "1.500", "−0.01235", "123500", "1.234·10⁻⁵", "−2.000·10⁷"]);
  assert.deepEqual([Infinity, -Infinity, NaN].map((x) => show(x)), ["∞", "−∞", "undefined"]);
  assert.equal(show(0.5, 2), "0.50");
  assert.equal(signed(-3), "−3");
});

test("sigmoid and softplus neither overflow nor cancel at any logit", () => {
  for (const z of [0, 1e-300, 36, 700, 1e4, 1e308]) {
    assert.ok(sigmoid(z) <= 1 && sigmoid(-z) >= 0 && Number.isFinite(softplus(z)));
    assert.ok(Math.abs(sigmoid(z) + sigmoid(-z) - 1) <= 2 ** -52);
    assert.ok(Math.abs(softplus(z) - softplus(-z) - z) <= 1e-15 * Math.max(1, z));
  }
  assert.equal(sigmoid(-40), Math.exp(-40));
  assert.equal(softplus(-40), Math.exp(-40));
});

test("what is impossible and happens costs infinitely much, and 0 log 0 is 0", () => {
  assert.equal(cost(0.5, 0), Infinity);
  assert.equal(cost(0, 0), 0);
});

test("a rescaled distribution sums to 1, keeps its proportions and its floor", () => {
  const moved = rescaled([0.5, 0.25, 0.25], 0, 0.2);
  assert.ok(Math.abs(sum(moved) - 1) < 1e-15);
  assert.equal(moved[1], moved[2]);
  assert.deepEqual(rescaled([1, 0, 0], 0, 0.5), [0.5, 0.25, 0.25]);
  const floored = rescaled([0.9, 0.09, 0.01], 0, 0.97, 0.01);
  assert.ok(Math.min(...floored) >= 0.01 && Math.abs(sum(floored) - 1) < 1e-15);
});

test("a scale maps its ends exactly, inverts itself, and may run downwards", () => {
  const scale = linearScale([-5, 5], [330, 30]);
  assert.deepEqual([scale(-5), scale(0), scale(5)], [330, 180, 30]);
  for (const x of [-5, -1.25, 0, 3.3, 5, 7]) assert.ok(Math.abs(scale.back(scale(x)) - x) < 1e-12);
});

test("ticks lie within the limits at whole multiples of one readable number, and are not too many", () => {
  assert.deepEqual(ticks(-5, 5, 10), [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5]);
  assert.deepEqual(ticks(0.5, 5.5, 6), [1, 2, 3, 4, 5]);
  assert.deepEqual(ticks(0, 0.3, 3), [0, 0.1, 0.2, 0.3]);
  for (const [low, high, most] of [[31, 81, 11], [-1e-3, 2e-3, 5], [0, 1e6, 7], [3, 12.1, 10]]) {
    const found = ticks(low, high, most);
    assert.ok(found.length >= 2 && found.length <= most + 1, `${low} ${high}: ${found}`);
    assert.ok(found[0] >= low - 1e-9 && found.at(-1) <= high + 1e-9);
  }
});

test("the small helpers do what they say", () => {
  assert.deepEqual([clamp(0, -1, 2), clamp(0, 1, 2), clamp(0, 3, 2)], [0, 1, 2]);
  assert.equal(polyline([[0, 1], [2.345, 6]]), "M0.00 1.00L2.35 6.00");
});
