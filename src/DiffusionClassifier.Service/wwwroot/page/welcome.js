// What there is to see before there is anything to see.

import { el } from "./dom.js";
import { underNoise } from "./noise.js";

const texts = {
  classify: {
    title: "What is in the image? Ask a model that draws.",
    sample: "ship.png",
    steps: [
      "Noise is added to your image, so that only a part of it still shows.",
      "A diffusion model guesses the noise once for each label: as if it were a ship, a horse, a deer.",
      "The label that helps it most wins. Labels that fall behind drop out, until one is left.",
    ],
    next: "Choose an image, or one of the samples, and press Classify.",
  },
  match: {
    title: "Which caption belongs to which image?",
    sample: "red-circle-blue-square.png",
    steps: [
      "Every caption is tried on every image, all with the same noise.",
      "The model has to know where each word goes: a red circle and a blue square is not a blue circle and a red square.",
      "The caption that helps it most to guess the noise fits best.",
    ],
    next: "Choose one or more images, type captions, and press Match.",
  },
};

export function welcome(tab) {
  const { title, sample, steps, next } = texts[tab];
  return el("div", { className: "welcome" }, el("h2", {}, title), underNoise(sample), el("ol", {}, steps.map((step) => el("li", {}, step))),
    el("p", { className: "quiet" }, next));
}
