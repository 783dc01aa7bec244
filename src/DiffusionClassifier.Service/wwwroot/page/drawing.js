// Images as drawings of a known size. Browsers keep what an img has decoded: after a thousand photos, gigabytes.

import { el } from "./dom.js";

/** The middle of an image as a square, as models see images. What the browser cannot read stays empty: the server says why. */
export function drawing(file, side) {
  const canvas = el("canvas", { width: side, height: side, ariaHidden: "true" });
  createImageBitmap(file).then((image) => {
    const part = Math.min(image.width, image.height);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(image, (image.width - part) / 2, (image.height - part) / 2, part, part, 0, 0, side, side);
    image.close();
  }).catch(() => {});
  return canvas;
}
