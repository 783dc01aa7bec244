// A sample under more and more noise, as the model sees it.

import { el } from "./dom.js";

const side = 112, clean = [1, 0.6, 0.25, 0.06]; // pixels; and how much of the image is left

/** A row of drawings of a sample. */
export function underNoise(sample) {
  const canvases = clean.map(() => el("canvas", { width: side, height: side }));
  const image = el("img", { src: new URL(`samples/${sample}`, import.meta.url).href });
  image.addEventListener("load", () => clean.forEach((share, at) => draw(canvases[at], image, share)));
  return el("div", { className: "noise", ariaHidden: "true" }, canvases);
}

function draw(canvas, image, share) {
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, side, side);
  const pixels = context.getImageData(0, 0, side, side);
  for (let at = 0; at < pixels.data.length; at++) {
    if (at % 4 === 3) continue; // how opaque it is
    const value = pixels.data[at] / 127.5 - 1;
    pixels.data[at] = 127.5 * (1 + Math.sqrt(share) * value + 0.6 * Math.sqrt(1 - share) * gaussian());
  }
  context.putImageData(pixels, 0, 0);
}

// Box and Muller's way.
const gaussian = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
