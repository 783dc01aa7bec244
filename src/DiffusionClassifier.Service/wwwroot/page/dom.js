// Elements, without a framework. Text is always text: nothing here reads markup.

const svgNamespace = "http://www.w3.org/2000/svg";

/** The element of the page with an id. */
export const find = (id) => document.getElementById(id);

/** An element with properties or attributes, and children; children that are null are left out. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** The same of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Tells those who listen rather than look. */
export function announce(text) {
  find("announcer").textContent = text;
}

/** A button that copies a text, which is made when it is pressed. */
export function copyButton(name, text) {
  const button = el("button", { type: "button", className: "copy" }, name);
  button.addEventListener("click", async () => {
    await copy(text());
    button.textContent = "Copied";
    announce("Copied.");
    setTimeout(() => { button.textContent = name; }, 1500);
  });
  return button;
}

/** Copies a text, also where the page came over plain HTTP, to which browsers give no clipboard. */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = el("textarea", { value: text, className: "hidden" });
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
