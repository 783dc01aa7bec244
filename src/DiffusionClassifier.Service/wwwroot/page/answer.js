// One image and what is known about it: the race while it runs, then the answer.

import { el } from "./dom.js";
import { drawing } from "./drawing.js";
import { Progress, Race } from "./race.js";
import { repeat } from "./repeat.js";
import { cost, percent, sureness } from "./words.js";
import { why } from "./why.js";

const side = 352; // pixels: sharp also where a screen has two for one

export class AnswerView {
  element = el("article", { className: "answer" });
  #image = el("div", { className: "preview" });
  #item = null;
  #race = null;
  #progress = null;
  #head = el("div", { className: "head" });
  #body = el("div", { className: "body" });

  constructor() {
    this.element.append(el("div", { className: "top" }, this.#image, this.#head), this.#body);
  }

  /** Shows an image as it stands. */
  show(item) {
    if (item !== this.#item) this.#begin(item);
    if (item === null) return;
    if (item.state === "running" || item.state === "waiting") this.#showRunning(item);
    else if (item.state === "done") this.#showAnswer(item);
    else this.#showNothing(item);
  }

  /** Shows an answer so far. */
  progress(item, answer) {
    if (item !== this.#item || item.state !== "running") return;
    this.#showRunning(item);
    this.#progress.update(answer);
    this.#showRace(answer);
  }

  #begin(item) {
    this.#item = item;
    this.#race = this.#progress = null;
    this.#image.replaceChildren(...(item === null ? [] : [drawing(item.file, side, true)]));
    this.#head.replaceChildren();
    this.#body.replaceChildren();
  }

  #showRunning(item) {
    if (this.#progress === null) {
      this.#race = null;
      this.#progress = new Progress();
      this.#head.replaceChildren(el("h2", {}, item.name), this.#progress.element);
      this.#body.replaceChildren();
    }
    const isHeld = item.error !== null && item.error !== undefined && item.note !== null;
    this.#head.querySelector(".wait")?.remove();
    if (isHeld) this.#head.append(el("p", { className: "wait" }, `${item.error.message} Trying ${item.note}.`));
    else if (item.state === "waiting") this.#head.append(el("p", { className: "wait quiet" }, "Waiting for the images before it."));
  }

  #showRace({ labels }) {
    if (this.#race === null) {
      this.#race = new Race();
      this.#body.prepend(this.#race.element);
    }
    this.#race.update(labels);
  }

  #showAnswer({ answer, name, file, fields }) {
    this.#progress = null;
    const { short, sentences } = sureness(answer), [winner] = answer.labels;
    this.#head.replaceChildren(
      el("p", { className: "quiet" }, name),
      el("h2", { className: "winner" }, answer.prediction ?? "None of these"),
      el("p", { className: "verdict" }, el("strong", {}, short), el("span", {}, answer.decision.rejected ? `at best ${winner.label}, ${percent(winner.posterior)}` : percent(winner.posterior))));
    this.#showRace(answer);
    const { image, ...rest } = fields;
    this.#body.replaceChildren(
      ...(answer.warnings.length > 0 ? [el("ul", { className: "notice", "aria-label": "Warnings" }, answer.warnings.map((text) => el("li", {}, text)))] : []),
      this.#race.element,
      el("div", { className: "columns" },
        el("section", { className: "sure", "aria-label": "How sure it is" }, el("h3", {}, "How sure it is"), sentences.map((text) => el("p", {}, text))),
        el("section", { className: "cost", "aria-label": "What it cost" }, el("h3", {}, "What it cost"), el("p", {}, cost(answer)))),
      ...(answer.explanation ? [why(answer.explanation, winner.label)] : []),
      repeat("classify", [file.name], { ...rest, seed: answer.seed }));
  }

  #showNothing(item) {
    this.#progress = this.#race = null;
    const said = {
      added: "Ready. Press Classify, or Ctrl and Enter.",
      canceled: "Canceled. Press Classify to start again.",
      failed: item.error?.message,
    };
    this.#head.replaceChildren(el("h2", {}, item.name), el("p", { className: item.state === "failed" ? "error" : "quiet" }, said[item.state]));
    this.#body.replaceChildren();
  }
}
