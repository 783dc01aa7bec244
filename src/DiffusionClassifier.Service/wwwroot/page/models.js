// The models of this server: which one is chosen, and which labels it knows.

import * as api from "./api.js";
import { el, find } from "./dom.js";
import * as problems from "./problems.js";

const mostButtons = 40; // labels: more of them are offered while typing only
const patience = 2000; // ms between two tries at a server that is still loading

export class Models {
  #labels;
  #onChange;
  #all = [];
  #wanted = null;

  constructor(labels, onChange) {
    this.#labels = labels;
    this.#onChange = onChange;
    find("model").addEventListener("change", () => this.#changed());
  }

  /** The one that is chosen; null: they are not known yet. */
  get chosen() {
    return this.#all.find(({ id }) => id === find("model").value) ?? null;
  }

  /** Asks the server, until it has loaded them. */
  async load() {
    find("model").replaceChildren(el("option", { value: "" }, "Loading…"));
    const { models, refused } = await this.#ask();
    this.#all = models;
    find("model").replaceChildren(
      ...models.map(({ id, displayName, isDefault }) => el("option", { value: id, selected: isDefault }, `${id}: ${displayName}`)),
      ...refused.map(({ id, reason }) => el("option", { value: id, disabled: true, title: reason }, `${id} (cannot be used)`)));
    if (this.#wanted !== null) find("model").value = this.#wanted;
    if (this.chosen === null) find("model").value = models.find(({ isDefault }) => isDefault)?.id;
    this.#changed();
    if (this.#wanted !== null && this.chosen?.id !== this.#wanted)
      problems.show({ field: "model", detail: `This server has no model ${this.#wanted}.` }, false);
    return models;
  }

  /** Chooses one, if there is one of that name, or as soon as there is. */
  choose(id) {
    this.#wanted = id;
    if (!this.#all.some((model) => model.id === id)) return false;
    find("model").value = id;
    this.#changed();
    return true;
  }

  /** Which of the model's labels are chosen. */
  showClasses() {
    for (const button of find("classes").children) button.setAttribute("aria-pressed", this.#labels.has(button.textContent));
  }

  #changed() {
    const model = this.chosen, labels = model?.labels ?? [];
    find("model-about").textContent = model === null ? "" : `${model.conditioning === "text" ? "Reads any text" : `Knows ${labels.length} labels`} · `
      + `${model.imageSize}×${model.imageSize} pixels`;
    find("labels-hint").textContent = labels.length > 0 ? `or all ${labels.length}, if you choose none` : "comma or Enter after each";
    this.#labels.placeholder = labels.length > 0 ? labels.slice(0, 3).join(", ") : "cat, dog, a red bicycle";
    this.#labels.expect(labels, labels.length > mostButtons);
    find("classes").hidden = labels.length === 0 || labels.length > mostButtons;
    find("classes").replaceChildren(...(labels.length > mostButtons ? [] : labels.map((label) => this.#button(label))));
    this.showClasses();
    this.#onChange();
  }

  #button(label) {
    const button = el("button", { type: "button" }, label);
    button.addEventListener("click", () => this.#labels.toggle(label));
    return button;
  }

  async #ask() {
    while (true) {
      try {
        return await api.models();
      } catch (error) {
        if (error.status !== 503) throw error;
        find("model-about").textContent = "The server is still loading its models…";
        await new Promise((resolve) => { setTimeout(resolve, patience); });
      }
    }
  }
}
