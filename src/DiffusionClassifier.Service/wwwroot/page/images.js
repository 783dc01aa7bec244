// The images that a visitor has chosen, dropped or pasted, each with what became of it. The oldest that are done make room for new ones.

import { announce, el, find } from "./dom.js";
import { drawing } from "./drawing.js";
import * as problems from "./problems.js";

const mostDone = 30, mostNew = 200, thumbnail = 96; // images, and pixels

const samples = [
  { file: "ship.png" }, { file: "horse.png" }, { file: "automobile.png" }, { file: "airplane.png" }, { file: "deer.png" },
  { file: "green-triangle.png", model: "scenes", labels: ["green triangle", "green circle", "red triangle", "blue square"] },
  { file: "red-circle-blue-square.png", model: "scenes",
    labels: ["red circle left of a blue square", "blue circle left of a red square", "red circle right of a blue square"] },
  { file: "blue-circle-red-square.png", model: "scenes",
    labels: ["blue circle left of a red square", "red circle left of a blue square", "blue circle right of a red square"] },
];

const words = { added: "not classified yet", waiting: "waiting", running: "running", done: "done", failed: "failed", canceled: "canceled" };

export class Images extends EventTarget {
  #items = [];
  #selected = null;
  #next = 1;

  constructor() {
    super();
    find("choose").addEventListener("click", () => find("files").click());
    find("files").addEventListener("change", () => {
      this.add([...find("files").files]);
      find("files").value = "";
    });
    document.addEventListener("paste", (event) => this.#take(event, event.clipboardData));
    document.addEventListener("dragover", (event) => this.#hover(event, true));
    document.addEventListener("dragleave", (event) => this.#hover(event, event.relatedTarget !== null));
    document.addEventListener("drop", (event) => {
      this.#hover(event, false);
      this.#take(event, event.dataTransfer);
    });
  }

  get all() {
    return this.#items;
  }

  get selected() {
    return this.#selected;
  }

  /** Offers those samples that a model on this server knows. */
  offerSamples(models) {
    const known = samples.filter(({ model }) => model === undefined || models.some(({ id }) => id === model));
    find("samples").replaceChildren(el("span", { className: "quiet" }, "Or try"), ...known.map((sample) => {
      const name = sample.file.replace(".png", "").replaceAll("-", " ");
      const button = el("button", { type: "button", title: name, "aria-label": `Sample: ${name}` },
        el("img", { src: new URL(`samples/${sample.file}`, import.meta.url).href, alt: "", width: 32, height: 32 }));
      button.addEventListener("click", () => this.#addSample(sample));
      return button;
    }));
  }

  async #addSample({ file, model, labels }) {
    const response = await fetch(new URL(`samples/${file}`, import.meta.url));
    this.dispatchEvent(new CustomEvent("sample", { detail: { model, labels } }));
    this.add([new File([await response.blob()], file, { type: "image/png" })]);
  }

  add(files) {
    if (files.length === 0) return;
    problems.clear();
    const room = mostNew - this.#items.filter(({ state }) => state !== "done" && state !== "failed").length;
    if (files.length > room)
      problems.show({ field: "image", detail: `At most ${mostNew} images can wait here: send more as a batch, with POST /batches.` });
    const added = files.slice(0, Math.max(0, room)).map((file) => ({ id: this.#next++, file, name: file.name, state: "added", thumbnail: drawing(file, thumbnail, false), answer: null }));
    if (added.length === 0) return;
    this.#items.push(...added);
    announce(added.length === 1 ? `Added ${added[0].name}.` : `Added ${added.length} images.`);
    this.select(added[0]);
  }

  /** Shows one in the results. */
  select(item) {
    this.#selected = item;
    this.changed();
    this.dispatchEvent(new Event("select"));
  }

  /** Takes one away; if it is running, whoever runs it sees that it is no longer here. */
  remove(item) {
    const at = this.#items.indexOf(item);
    this.#items.splice(at, 1);
    this.dispatchEvent(new CustomEvent("remove", { detail: item }));
    if (this.#selected === item) this.select(this.#items[Math.min(at, this.#items.length - 1)] ?? null);
    else this.changed();
  }

  /** Shows what has become of them, and forgets the oldest that are done. */
  changed() {
    const done = this.#items.filter((item) => item !== this.#selected && (item.state === "done" || item.state === "failed"));
    for (const item of done.slice(0, Math.max(0, done.length - mostDone))) this.#items.splice(this.#items.indexOf(item), 1);
    const list = find("images");
    list.hidden = this.#items.length === 0;
    list.replaceChildren(...this.#items.map((item) => this.#entry(item)));
  }

  #entry(item) {
    const result = item.state === "done" ? item.answer?.prediction ?? "none of these" : item.note ?? words[item.state];
    const choose = el("button", { type: "button", className: "thumb", title: item.name, "aria-label": `${item.name}: ${result}` },
      item.thumbnail, el("span", { className: "badge" }, result));
    choose.setAttribute("aria-pressed", item === this.#selected);
    choose.addEventListener("click", () => {
      this.select(item);
      this.dispatchEvent(new Event("pick"));
      find("images").querySelector("[aria-pressed=true]")?.focus(); // the list was drawn anew
    });
    const remove = el("button", { type: "button", className: "remove", "aria-label": `Remove ${item.name}` }, "×");
    remove.addEventListener("click", () => {
      this.remove(item);
      (find("images").querySelector("[aria-pressed=true]") ?? find("choose")).focus();
    });
    const entry = el("li", {}, choose, remove);
    entry.dataset.state = item.state;
    return entry;
  }

  #take(event, data) {
    const files = [...data?.files ?? []];
    if (files.length === 0) return;
    event.preventDefault();
    this.add(files);
  }

  #hover(event, isOver) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    find("drop").classList.toggle("over", isOver);
  }
}
