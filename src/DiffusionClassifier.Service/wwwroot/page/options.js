// What a request may say beside images, labels and model: each a field of the API, with a control that is made from this table.

import { el } from "./dom.js";

const both = ["classify", "match"], classifyOnly = ["classify"], matchOnly = ["match"];

// Of those with choices, the first is the default; "" and what `unsent` names are what the server does if nothing is sent.
const table = [
  { name: "explain", title: "Heat map", tabs: classifyOnly, shown: true, unsent: "off", choices: {
      runnerUp: "Against the runner-up", null: "Against no label (costs more)", off: "Off" },
    more: "Against", help: "Where in the image the model sees the winner." },
  { name: "normalizeByNull", title: "Compare images too", tabs: matchOnly, shown: true, choices: { "": "Off", true: "On (costs one more caption)" },
    help: "Subtracts what each image scores without a caption." },
  { name: "trials", title: "Trials", tabs: both, number: { min: 1, max: 1_000_000, step: 1 },
    help: "Draws of noise for each label. More are slower, and more certain." },
  { name: "strategy", title: "Strategy", tabs: classifyOnly, choices: {
      "": "As the model recommends", race: "Race: labels that have lost drop out", fixed: "Fixed: every label on every trial",
      fast: "Fast: labels drop out sooner", staged: "Staged: the paper’s code", "clark-jaini": "Clark and Jaini",
      "race-anytime": "Anytime race: slower, with a stricter guarantee" },
    help: "Which labels go on." },
  { name: "confidence", title: "Confidence", tabs: classifyOnly, number: { min: 0.5, max: 0.9999, step: "any", placeholder: "0.95" },
    help: "For a race: how likely its winner is that of fixed." },
  { name: "draws", title: "Draws", tabs: classifyOnly, choices: { "": "As the model recommends", even: "Evenly spread", chosen: "Chosen to tell classes apart" },
    help: "Which timesteps and noise, for the strategies fixed and fast." },
  { name: "seed", title: "Seed", tabs: both, number: { min: 0, max: Number.MAX_SAFE_INTEGER, step: 1, placeholder: "0" },
    help: "Which noise. The same seed gives the same answer." },
  { name: "template", title: "Prompt", tabs: both, text: "a photo of a {label}.", onlyFor: "text",
    help: "What the model reads; {label} stands for the label." },
  { name: "topK", title: "Best labels wanted", tabs: classifyOnly, number: { min: 1, max: 20, step: 1, placeholder: "1" },
    help: "Stop when this many are certain, in any order." },
  { name: "rejectBelow", title: "Reject below", tabs: classifyOnly, number: { min: 0, max: 1, step: "any", placeholder: "never" },
    help: "“None of these” if the winner’s probability is lower, from 0 to 1." },
  { name: "deadlineMs", title: "Time limit, in ms", tabs: classifyOnly, number: { min: 1, max: 2_147_483_647, step: 1, placeholder: "none" },
    help: "Then the best answer so far counts." },
  { name: "priority", title: "Priority", tabs: both, choices: {
      "": "By size", interactive: "Interactive", standard: "Standard", bulk: "Bulk: let others go first" },
    help: "You can only lower your own." },
  { name: "imageMode", title: "Read images", tabs: both, choices: { "": "As a viewer shows them", reference: "As the paper’s code does" },
    help: "Rotation, colors and transparency." },
];

/** The controls, in two places: what is always seen, and what is folded away. */
export class Options {
  #controls = new Map();
  #fields = new Map();

  constructor(shown, folded, onChange) {
    for (const option of table) {
      const control = make(option);
      control.addEventListener("input", onChange);
      const field = el("div", { className: "field" },
        el("label", { htmlFor: option.name }, option.title), control,
        el("p", { id: `${option.name}-about`, className: "quiet" }, option.help),
        el("p", { id: `${option.name}-error`, className: "error", hidden: true }));
      field.dataset.field = option.name;
      (option.shown ? shown : folded).append(field);
      this.#controls.set(option.name, control);
      this.#fields.set(option.name, field);
    }
  }

  /** Shows what belongs to a tab and a model. */
  fit(tab, model) {
    for (const { name, tabs, onlyFor } of table)
      this.#fields.get(name).hidden = !tabs.includes(tab) || (onlyFor !== undefined && model !== null && model.conditioning !== onlyFor);
    if (model === null) return;
    this.#controls.get("trials").placeholder = model.trials;
    this.#controls.get("strategy").options[0].textContent = `As the model recommends (${model.strategy})`;
  }

  /** What the server is told: what can be seen and differs from what it does by itself, by the names of the API. */
  get values() {
    return Object.fromEntries(table
      .filter(({ name, unsent }) => !this.#fields.get(name).hidden && !["", unsent].includes(this.#text(name)))
      .map(({ name, number }) => [name, number ? Number(this.#text(name)) : this.#text(name) === "true" || this.#text(name)]));
  }

  /** Everything that is not left at its default. */
  get all() {
    return Object.fromEntries(table.filter((option) => this.#text(option.name) !== usual(option))
      .map(({ name }) => [name, this.#text(name)]));
  }

  /** Sets what is named, and everything else to its default. */
  set all(values) {
    for (const option of table) {
      const { name } = option, control = this.#controls.get(name);
      if (option.more && values[name]) this.offer(name, [values[name]]); // a label that is not known yet
      control.value = values[name] ?? usual(option);
      if (control.selectedIndex === -1) control.selectedIndex = 0; // a link from another version
    }
  }

  /** Offers labels beside an option's own choices, in place of those offered before. */
  offer(name, labels) {
    const { choices, more } = table.find((option) => option.name === name), control = this.#controls.get(name), { value } = control;
    control.querySelector("optgroup")?.remove();
    const others = labels.filter((label) => !Object.hasOwn(choices, label));
    if (others.length > 0) control.append(el("optgroup", { label: more }, others.map((label) => el("option", { value: label }, label))));
    control.value = value;
    if (control.selectedIndex === -1) control.selectedIndex = 0; // it was against a label that is gone
  }

  /** What is wrong with a number, in words; null: nothing. The server checks everything else, and this again. */
  get problem() {
    for (const { name, title, number } of table) {
      const control = this.#controls.get(name);
      if (number === undefined || this.#fields.get(name).hidden || control.validity.valid) continue;
      const kind = number.step === 1 ? "a whole number" : "a number";
      return { field: name, detail: `${title} must be ${kind} from ${text(number.min)} to ${text(number.max)}.` };
    }
    return null;
  }

  #text(name) {
    return this.#controls.get(name).value.trim();
  }
}

const usual = ({ choices = { "": "" } }) => Object.keys(choices)[0];
const text = (number) => number.toLocaleString("en", { maximumFractionDigits: 4 });

function make({ name, choices, number, text }) {
  const described = { id: name, name, "aria-describedby": `${name}-about ${name}-error` };
  if (choices) return el("select", described, Object.entries(choices).map(([value, label]) => el("option", { value }, label)));
  if (number) return el("input", { ...described, type: "number", inputMode: number.step === 1 ? "numeric" : "decimal", ...number });
  return el("input", { ...described, placeholder: text, autocomplete: "off" });
}
