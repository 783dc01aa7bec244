// Why this label: where in the image, and at how much noise.

import { el, svg } from "./dom.js";

const width = 520, height = 200, left = 8, right = 8, top = 12, bottom = 8;
const mostLines = 6, timesteps = 1000;

/** The heat map and the chart of an answer's explanation. */
export function why(explanation, winner) {
  const against = explanation.against ?? "no label";
  return el("section", { className: "why", "aria-labelledby": "why-title" },
    el("h3", { id: "why-title" }, `Why ${explanation.label}, and not ${against}`),
    el("div", { className: "map" },
      el("figure", {},
        el("img", { className: "overlay", src: `data:image/png;base64,${explanation.overlay}`,
          alt: `The image in grey: red where it speaks for ${explanation.label}, blue where it speaks for ${against}.` }),
        el("figcaption", { className: "quiet" },
          el("p", {}, el("span", { className: "swatch" }), `speaks for ${explanation.label}`),
          el("p", {}, el("span", { className: "swatch against" }), `speaks ${explanation.against === null ? "against it" : `for ${against}`}`))),
      chart(explanation, winner)));
}

function chart({ timesteps: lines }, winner) {
  const figure = el("figure", { className: "chart" });
  const shown = [...lines].sort((one, other) => (other.label === winner) - (one.label === winner)).slice(0, mostLines);
  const reference = new Map(shown[0].points.map((point) => [point.timestep, point.meanError]));
  const views = {
    "Behind the winner": (point) => reference.has(point.timestep) ? point.meanError - reference.get(point.timestep) : null,
    Error: (point) => point.meanError,
  };
  const place = el("div");
  const buttons = Object.entries(views).map(([name, value]) => {
    const button = el("button", { type: "button" }, name);
    button.addEventListener("click", () => show(name, value));
    return button;
  });
  function show(name, value) {
    for (const button of buttons) button.setAttribute("aria-pressed", button.textContent === name);
    place.replaceChildren(draw(shown, value, name));
  }
  figure.append(el("div", { className: "switch", role: "group", "aria-label": "What the chart shows" }, buttons), place,
    el("figcaption", { className: "quiet" }, ends(shown[0].points), legend(shown)));
  show("Behind the winner", views["Behind the winner"]);
  return figure;
}

// Not in the drawing, where a phone would make them too small to read.
function ends(points) {
  const at = points.map(({ timestep }) => timestep);
  return el("p", { className: "ends" }, el("span", {}, `little noise, t = ${Math.min(...at)}`), el("span", {}, `much noise, t = ${Math.max(...at)}`));
}

function legend(lines) {
  return el("ul", { className: "legend" }, lines.map(({ label }, at) => el("li", {},
    svg("svg", { viewBox: "0 0 26 10", "aria-hidden": "true" }, svg("line", { x1: 0, x2: 26, y1: 5, y2: 5, class: `line line-${at}` })), label)));
}

function draw(lines, value, name) {
  const series = lines.map(({ points }) => points
    .map((point) => ({ x: point.timestep, y: value(point) })).filter(({ y }) => y !== null).sort((one, other) => one.x - other.x));
  const all = series.flat(), xs = all.map(({ x }) => x), ys = [0, ...all.map(({ y }) => y)];
  const [x0, x1, y0, y1] = [Math.min(...xs, timesteps), Math.max(...xs, 0), Math.min(...ys), Math.max(...ys)];
  const across = (x) => left + ((x - x0) / Math.max(1, x1 - x0)) * (width - left - right);
  const up = (y) => height - bottom - ((y - y0) / Math.max(Number.MIN_VALUE, y1 - y0)) * (height - top - bottom);
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `${name}, by timestep from ${x0} to ${x1}, of ${lines.map(({ label }) => label).join(", ")}.` });
  drawing.append(svg("line", { x1: left, x2: width - right, y1: up(0), y2: up(0), class: "axis" }));
  series.forEach((points, at) => drawing.prepend(svg("polyline", {
    class: `line line-${at}`, points: points.map(({ x, y }) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`).join(" ") })));
  return drawing;
}
