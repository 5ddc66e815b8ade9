/* The page host of the interactive figures.

   In Jupyter a figure lives through anywidget. On a page of this site there is no kernel: this file reads the numbers that
   were stored with the page, gives every figure a model with the part of anywidget's front-end interface that figures use
   (get, set, on, off, save_changes, send), takes the figure's own front end out of the table into which the scripts before
   this one have put it, and calls its `render`. Nothing is fetched: the page needs no network and works from a file on disk. */
(() => {
  "use strict";
  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
  const definitions = new Map(); // file of a front end -> promise of the figure's definition
  const models = new Map(); // model id -> promise of a model that has been initialised

  /** All models stored in the page, by their id. */
  function readStates() {
    const states = {};
    for (const script of document.querySelectorAll(STATE)) {
      const stored = JSON.parse(script.textContent);
      for (const [id, model] of Object.entries(stored.state)) states[id] = model.state;
    }
    return states;
  }

  function same(a, b) {
    if (Object.is(a, b)) return true;
    if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
  }

  /** A model without a kernel. Events fire when a value changes, as in Jupyter; there is nobody to save to or send to. */
  class Model {
    #values;
    #listeners = new Map();

    constructor(values) {
      this.#values = { ...values };
    }

    get(name) {
      return this.#values[name];
    }

    set(name, value) {
      const changes = typeof name === "object" ? name : { [name]: value };
      const changed = Object.keys(changes).filter((key) => !same(this.#values[key], changes[key]));
      Object.assign(this.#values, changes);
      for (const key of changed) this.#fire(`change:${key}`, this, this.#values[key]);
      if (changed.length) this.#fire("change", this);
    }

    on(names, callback) {
      for (const name of names.split(/\s+/)) {
        if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
        this.#listeners.get(name).add(callback);
      }
    }

    off(names, callback) {
      for (const name of names ? names.split(/\s+/) : [...this.#listeners.keys()]) {
        if (callback) this.#listeners.get(name)?.delete(callback);
        else this.#listeners.delete(name);
      }
    }

    save_changes() {}

    send() {}

    #fire(event, ...values) {
      for (const callback of [...(this.#listeners.get(event) ?? [])]) callback(...values);
    }
  }

  /** The figure's definition: its front end's default export, which may be a function that returns it. */
  function load(name) {
    if (!definitions.has(name)) {
      const exported = globalThis.xentbookFrontEnds?.[name]?.default;
      if (!exported) throw new Error(`the front end ${name} did not load`);
      definitions.set(name, Promise.resolve(typeof exported === "function" ? exported() : exported));
    }
    return definitions.get(name);
  }

  function prepare(id, state, definition) {
    if (!models.has(id)) {
      const model = new Model(state);
      const ready = (async () => {
        await definition.initialize?.({ model, signal: new AbortController().signal });
        return model;
      })();
      models.set(id, ready);
    }
    return models.get(id);
  }

  async function show(place, states) {
    const id = place.dataset.modelId;
    if (!states[id]) throw new Error("the page holds no numbers for it");
    const definition = await load(place.dataset.frontEnd);
    const model = await prepare(id, states[id], definition);
    const el = document.createElement("div");
    el.className = "xb-live-figure";
    place.append(el);
    try {
      await definition.render({ model, el, signal: new AbortController().signal });
    } catch (error) {
      el.remove();
      throw error;
    }
    place.querySelector(".xb-fallback")?.remove();
    place.dataset.status = "ready";
  }

  /** Leaves the numbers of the first state standing and says what went wrong. */
  function report(place, error) {
    const note = document.createElement("p");
    note.className = "xb-failure";
    note.setAttribute("role", "alert");
    note.textContent = `This figure could not start (${error.message}). The sentence above gives its first numbers.`;
    place.append(note);
    place.dataset.status = "failed";
    console.error(error);
  }

  async function start() {
    const places = [...document.querySelectorAll(".xb-widget[data-model-id]")];
    let states = {};
    /** @type {unknown} */
    let broken = null;
    try {
      states = readStates();
    } catch (error) {
      broken = error;
    }
    for (const place of places) {
      try {
        if (broken) throw broken;
        await show(place, states);
      } catch (error) {
        report(place, error);
      }
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
