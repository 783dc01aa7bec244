// Images as drawings of a known size. Browsers keep what an img has decoded: after a thousand photos, gigabytes.

import { el } from "./dom.js";

const waiting = [];
let isDrawing = false;

/** The middle of an image as a square, as models see images. What the browser cannot read stays empty: the server says why. */
export function drawing(file, side, isUrgent) {
  const canvas = el("canvas", { width: side, height: side, ariaHidden: "true" });
  if (isUrgent) waiting.unshift({ file, canvas });
  else waiting.push({ file, canvas });
  drawAll();
  return canvas;
}

// One after the other: hundreds of photos that are decoded at once would not fit into memory.
async function drawAll() {
  if (isDrawing) return;
  isDrawing = true;
  while (waiting.length > 0) {
    const { file, canvas } = waiting.shift();
    await draw(file, canvas).catch(() => {});
  }
  isDrawing = false;
}

async function draw(file, canvas) {
  const image = await createImageBitmap(file), part = Math.min(image.width, image.height), context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, (image.width - part) / 2, (image.height - part) / 2, part, part, 0, 0, canvas.width, canvas.height);
  image.close();
}
