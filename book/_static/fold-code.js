// One switch for all the code of a page. What a reader chose is kept for the next page; what is printed is unfolded.
(() => {
  const KEY = "xentbook-fold-code";

  /** Put the code of a cell into a frame that can be folded, as sphinx has done for those folded from the start. */
  function frame(input) {
    const details = document.createElement("details");
    details.className = "xb-code";
    details.open = true;
    const summary = document.createElement("summary");
    summary.textContent = "Code";
    input.replaceWith(details);
    details.append(summary, input);
    return details;
  }

  function stored() {
    try { return localStorage.getItem(KEY) === "yes"; } catch { return false; }
  }

  function store(folded) {
    try { localStorage.setItem(KEY, folded ? "yes" : "no"); } catch { /* a browser that keeps nothing */ }
  }

  function start() {
    const cells = [...document.querySelectorAll("div.cell > div.cell_input")];
    if (!cells.length) return;
    const open = cells.map(frame);
    const foldedAtFirst = /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.hide.above-input"));
    const all = [...open, ...foldedAtFirst];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "xb-fold-code";
    const fold = (folded) => {
      button.textContent = folded ? "Show all code" : "Fold all code";
      button.setAttribute("aria-pressed", String(folded));
      document.documentElement.classList.toggle("xb-folded", folded);
    };
    button.addEventListener("click", () => {
      const folded = button.getAttribute("aria-pressed") !== "true";
      for (const details of all) details.open = !folded;
      fold(folded);
      store(folded);
    });
    if (stored()) for (const details of open) details.open = false;
    fold(stored());
    document.querySelector("article h1")?.after(button);

    let closed = all.filter(() => false);
    addEventListener("beforeprint", () => {
      closed = all.filter((details) => !details.open);
      for (const details of closed) details.open = true;
    });
    addEventListener("afterprint", () => { for (const details of closed) details.open = false; });
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
