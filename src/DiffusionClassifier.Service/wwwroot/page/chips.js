// A list of texts that somebody types: Enter (or a comma) ends one, and a list may be pasted.

import { announce, el } from "./dom.js";

export class Chips {
  #root;
  #list = el("ul", { role: "list" });
  #input;
  #known = [];
  #splitsAtCommas;
  #onChange;
  #items = [];

  /** @param {{ id: string, placeholder: string, splitsAtCommas: boolean, onChange: () => void }} options */
  constructor(root, { id, placeholder, splitsAtCommas, onChange }) {
    this.#splitsAtCommas = splitsAtCommas;
    this.#onChange = onChange;
    this.#root = root;
    this.#input = el("input", { id, placeholder, autocomplete: "off", enterKeyHint: "done", "aria-describedby": `${id}-error ${id}-hint` });
    this.#list.setAttribute("aria-label", id === "labels" ? "Chosen labels" : "Chosen captions");
    root.classList.add("chips");
    root.append(this.#list, this.#input);
    this.#list.hidden = true;
    root.addEventListener("click", (event) => { if (event.target === root) this.#input.focus(); });
    this.#input.addEventListener("keydown", (event) => this.#press(event));
    this.#input.addEventListener("paste", (event) => this.#paste(event));
    this.#input.addEventListener("input", (event) => this.#typed(event));
    this.#input.addEventListener("blur", () => this.#finish());
  }

  /** The texts, without what is still being typed. */
  get done() {
    return [...this.#items];
  }

  /** The texts, with what was typed last. */
  get items() {
    this.#finish();
    return [...this.#items];
  }

  set items(texts) {
    this.#items = [...new Set(texts)];
    this.#show();
  }

  set placeholder(text) {
    this.#input.placeholder = text;
  }

  /** Texts that are expected: a comma within one of them ends nothing. They may be offered while typing. */
  expect(texts, areOffered) {
    this.#known = texts;
    const id = `${this.#input.id}-known`;
    document.getElementById(id)?.remove();
    this.#input.removeAttribute("list");
    if (!areOffered) return;
    this.#root.append(el("datalist", { id }, texts.map((text) => el("option", { value: text }))));
    this.#input.setAttribute("list", id);
  }

  has(text) {
    return this.#items.includes(text);
  }

  toggle(text) {
    this.#items = this.has(text) ? this.#items.filter((item) => item !== text) : [...this.#items, text];
    this.#changed();
  }

  #add(texts) {
    const more = texts.map((text) => text.trim()).filter((text) => text !== "");
    if (more.length === 0) return;
    this.#items = [...new Set([...this.#items, ...more])];
    announce(`Added ${more.join(", ")}.`);
    this.#changed();
  }

  #finish() {
    const text = this.#input.value.trim();
    this.#input.value = "";
    this.#add(this.#known.includes(text) ? [text] : this.#split(text));
  }

  #press(event) {
    if (event.isComposing) return; // Enter ends a word of Chinese or Japanese
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && this.#input.value.trim() !== "") {
      event.preventDefault();
      this.#finish();
    } else if (event.key === "Backspace" && this.#input.value === "" && this.#items.length > 0) {
      announce(`Removed ${this.#items.at(-1)}.`);
      this.#items.pop();
      this.#changed();
    }
  }

  #typed(event) {
    const text = this.#input.value;
    if (event.inputType === "insertReplacementText" && this.#known.includes(text)) this.#finish(); // chosen from those offered
    const isQuoted = text.split('"').length % 2 === 0;
    if (this.#splitsAtCommas && text.endsWith(",") && !isQuoted && !this.#known.some((known) => known.startsWith(text))) this.#finish();
  }

  #paste(event) {
    const text = event.clipboardData.getData("text/plain");
    const texts = this.#split(text);
    if (texts.length < 2) return;
    event.preventDefault();
    event.stopPropagation();
    this.#add(texts);
  }

  // A JSON array, or lines, or texts with commas between; in quotation marks, a comma belongs to the text.
  #split(text) {
    try {
      const array = JSON.parse(text);
      if (Array.isArray(array) && array.every((each) => typeof each === "string")) return array;
    } catch {
      // no JSON
    }
    if (!this.#splitsAtCommas || /[\r\n]/.test(text.trim())) return text.split(/[\r\n]+/);
    return (text.match(/"[^"]*"|[^",]+/g) ?? []).map((part) => part.replaceAll('"', ""));
  }

  #changed() {
    this.#show();
    this.#onChange();
  }

  #show() {
    this.#list.replaceChildren(...this.#items.map((text) => {
      const remove = el("button", { type: "button", "aria-label": `Remove ${text}` }, "×");
      remove.addEventListener("click", () => {
        this.toggle(text);
        this.#input.focus();
      });
      return el("li", {}, el("span", {}, text), remove);
    }));
    this.#list.hidden = this.#items.length === 0;
  }
}
