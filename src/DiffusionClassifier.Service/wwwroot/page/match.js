// Images against captions, as a table.

import { el } from "./dom.js";
import { repeat } from "./repeat.js";
import { count, duration, of, percent } from "./words.js";

const verdicts = { text: "every image finds its caption", image: "every caption finds its image", group: "both" };

/** What is shown while there is no answer yet; its clock stops when it is no longer on the page. */
export function matching(images, captions) {
  const clock = el("span", {}, "0 s"), began = performance.now();
  const timer = setInterval(() => {
    if (clock.isConnected) clock.textContent = duration((performance.now() - began) / 1000);
    else clearInterval(timer);
  }, 500);
  return el("div", { className: "progress" }, el("h2", {}, "Matching"), el("progress", { "aria-label": "Progress" }),
    el("p", { className: "quiet" }, `${of(images, "image")} × ${of(captions, "caption")} · `, clock));
}

/** An answer of POST /match. */
export function matched(answer, items, fields) {
  const { images, ...rest } = fields;
  return el("article", { className: "matched" },
    ...(answer.warnings.length > 0 ? [el("ul", { className: "notice", "aria-label": "Warnings" }, answer.warnings.map((text) => el("li", {}, text)))] : []),
    el("h2", {}, "How well each caption fits"),
    el("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": "Images and captions" }, table(answer, items)),
    el("p", { className: "quiet" }, answer.normalizedByNull
      ? "In each row, how likely each caption is. Scores, below, compare images too: higher fits better; ± is one standard error."
      : "In each row, how likely each caption is. Scores, below, compare captions of one image and not images; ± is one standard error."),
    verdict(answer.winoground),
    el("section", { className: "cost", "aria-label": "What it cost" }, el("h3", {}, "What it cost"), el("p", {},
      answer.cost.cached ? "It was known from an earlier request, and cost nothing."
        : `${of(answer.cost.rows, "row")}, ${count(answer.trials)} for each image and caption; ${duration(answer.cost.totalSeconds)}.`)),
    repeat("match", items.map(({ name }) => name), { ...rest, seed: answer.seed }));
}

function table({ captions, images }, items) {
  return el("table", {},
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { className: "hidden" }, "Image")),
      captions.map((caption) => el("th", { scope: "col" }, caption)))),
    el("tbody", {}, images.map((image, row) => el("tr", {},
      el("th", { scope: "row" }, copyOf(items[row].thumbnail), el("span", { className: "hidden" }, items[row].name)),
      image.scores.map((score, column) => cell(score, captions[column] === image.prediction))))));
}

function cell({ posterior, score, standardError }, isBest) {
  const td = el("td", { className: isBest ? "best" : "" },
    el("span", { className: "share" }, percent(posterior)), ...(isBest ? [el("span", { className: "hidden" }, ", fits best")] : []),
    el("span", { className: "score" }, `${score.toFixed(4)}${standardError === null ? "" : ` ± ${standardError.toFixed(4)}`}`));
  td.style.setProperty("--share", posterior);
  return td;
}

// A canvas can be in one place only.
function copyOf(thumbnail) {
  const canvas = el("canvas", { width: thumbnail.width, height: thumbnail.height, ariaHidden: "true" });
  canvas.getContext("2d").drawImage(thumbnail, 0, 0);
  return canvas;
}

function verdict(winoground) {
  if (winoground === null) return null;
  return el("p", {}, "As Winoground asks it, with images and captions that belong together in order: ",
    Object.entries(verdicts).map(([name, words]) => `${words}: ${winoground[name] ? "yes" : "no"}`).join("; "), ".");
}
