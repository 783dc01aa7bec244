// The two tabs, as a keyboard expects them: one stop, and arrows between them.

import { find } from "./dom.js";

const names = ["classify", "match"];
const listeners = [];

/** The one that is open. */
export const tab = () => find("panel").dataset.tab;

/** Tells when another one is opened. */
export const onTab = (listener) => listeners.push(listener);

/** Opens one. */
export function openTab(name) {
  if (tab() === name) return;
  for (const each of names) {
    find(`tab-${each}`).setAttribute("aria-selected", each === name);
    find(`tab-${each}`).tabIndex = each === name ? 0 : -1;
  }
  find("panel").dataset.tab = name;
  find("panel").setAttribute("aria-labelledby", `tab-${name}`);
  show();
  for (const listener of listeners) listener();
}

function show() {
  for (const part of document.querySelectorAll("[data-only]")) part.hidden = part.dataset.only !== tab();
}

for (const name of names) {
  find(`tab-${name}`).addEventListener("click", () => openTab(name));
  find(`tab-${name}`).addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = names.find((each) => each !== name);
    openTab(other);
    find(`tab-${other}`).focus();
  });
}
show();
