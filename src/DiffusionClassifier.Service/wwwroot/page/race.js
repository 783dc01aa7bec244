// The labels as a race: a longer bar predicts the noise better, and a label whose whiskers no longer reach the leader drops out.

import { el } from "./dom.js";
import { count, duration, of, percent } from "./words.js";

const best = 100, worst = 14; // percent of the track
const whisker = 2; // standard errors to each side
const mostShown = 12;

export class Race {
  element = el("section", { className: "race", "aria-label": "Labels" });
  #list = el("ol", { className: "bars" });
  #all = el("button", { type: "button", className: "link", hidden: true });
  #rows = new Map();
  #isOpen = false;
  #labels = [];

  constructor() {
    this.#all.addEventListener("click", () => {
      this.#isOpen = !this.#isOpen;
      this.#draw();
    });
    this.element.append(this.#list, this.#all, el("p", { className: "quiet" },
      "A longer bar predicts the noise better; the whiskers are two standard errors of its distance to the leader."));
  }

  /** Shows an answer, or an answer so far. */
  update(labels) {
    this.#labels = labels;
    this.#draw();
  }

  #draw() {
    const labels = this.#isOpen ? this.#labels : this.#labels.slice(0, mostShown);
    this.#all.hidden = this.#labels.length <= mostShown;
    this.#all.textContent = this.#isOpen ? `Show the best ${mostShown}` : `Show all ${count(this.#labels.length)} labels`;
    const before = new Map([...this.#rows].map(([label, row]) => [label, row.element.offsetTop]));
    const rows = labels.map((label) => this.#rows.get(label.label) ?? makeRow(label.label));
    this.#rows = new Map(labels.map((label, at) => [label.label, rows[at]]));
    const [leader] = this.#labels;
    const widest = Math.max(...this.#labels.map((label) => label.meanError - leader.meanError), Number.MIN_VALUE);
    labels.forEach((label, at) => rows[at].show(label, label === leader, label.meanError - leader.meanError, widest));
    if (rows.some((row, at) => this.#list.children[at] !== row.element) || this.#list.children.length !== rows.length) {
      this.#list.replaceChildren(...rows.map((row) => row.element));
      slide(this.#rows, before);
    }
  }
}

function makeRow(text) {
  const name = el("span", { className: "name", title: text }, text), state = el("span", { className: "hidden" });
  const fill = el("span", { className: "fill" }), line = el("span", { className: "whisker" });
  const share = el("span", { className: "share" });
  const element = el("li", {}, name, el("span", { className: "track", ariaHidden: "true" }, fill, line), share, state);
  return {
    element,
    show(label, isLeader, behind, widest) {
      const scale = (best - worst) / widest, end = best - Math.max(0, behind) * scale;
      const reach = Math.max(0, whisker * (label.standardError ?? 0) * scale);
      element.classList.toggle("leader", isLeader);
      element.classList.toggle("out", label.eliminatedAt !== null);
      fill.style.width = `${end}%`;
      line.style.left = `${Math.max(0, end - reach)}%`;
      line.style.width = `${Math.min(best, end + reach) - Math.max(0, end - reach)}%`;
      line.hidden = isLeader || reach === 0;
      share.textContent = percent(label.posterior);
      state.textContent = label.eliminatedAt === null ? (isLeader ? ", leads" : "") : `, out after ${of(label.eliminatedAt, "trial")}`;
      element.title = label.eliminatedAt === null ? "" : `Out after ${of(label.eliminatedAt, "trial")}`;
    },
  };
}

// Rows that change places are seen to do so.
function slide(rows, before) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [label, { element }] of rows) {
    const moved = (before.get(label) ?? element.offsetTop) - element.offsetTop;
    if (moved !== 0) element.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], { duration: 250, easing: "ease-out" });
  }
}

/** How far a race is: rows of the most it can cost, and the time it may still take, from the speed since its first news. */
export class Progress {
  element = el("div", { className: "progress" });
  #bar = el("progress", { max: 1, "aria-label": "Progress" });
  #text = el("p", { className: "quiet" }, "Waiting for the first rows…");
  #first = null;

  constructor() {
    this.element.append(this.#bar, this.#text);
  }

  update({ cost, decision, labels }, now = performance.now()) {
    this.#first ??= { rows: 0, at: now - 1000 * Math.max(0.001, cost.totalSeconds - cost.queueSeconds) };
    const left = labels.filter((label) => label.eliminatedAt === null).length;
    const rowsOfTrial = cost.fixedRows / decision.maxTrials; // one for each prompt of each label; one for all, if the model has heads
    const share = rowsOfTrial > 1 ? left / labels.length : 1;
    const toGo = Math.max(0, (decision.maxTrials - decision.trials) * rowsOfTrial * share);
    const speed = (cost.rows - this.#first.rows) / Math.max(1, now - this.#first.at); // per millisecond
    this.#bar.value = cost.rows / Math.max(1, cost.rows + toGo);
    this.#text.textContent = [
      `${count(cost.rows)} of at most ${count(cost.fixedRows)} rows`,
      left < labels.length ? `${of(left, "label")} left` : null,
      speed > 0 ? `at most ${duration(toGo / speed / 1000)} left` : null,
    ].filter(Boolean).join(" · ");
  }
}
