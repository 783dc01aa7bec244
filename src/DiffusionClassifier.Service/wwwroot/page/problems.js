// Errors, beside what caused them.

import { find } from "./dom.js";

const elsewhere = { images: "image" }; // fields of the API that have another control here
const controls = { image: "choose" };

/** Shows a problem beside its control, or below the form where it has none, and leads there. Returns where. */
export function show({ field, detail, message }, leads = true) {
  const name = elsewhere[field] ?? field, text = detail ?? message;
  const place = find(`${name}-error`), isBeside = place !== null && !place.closest("[hidden]:not(.error)");
  const error = isBeside ? place : find("form-error");
  error.textContent = text;
  error.hidden = false;
  if (!isBeside) return;
  const control = find(controls[name] ?? name);
  control.setAttribute("aria-invalid", "true");
  error.closest("details")?.setAttribute("open", "");
  if (leads) control.focus();
}

/** Takes all of them away. */
export function clear() {
  for (const error of document.querySelectorAll("#form .error")) {
    error.hidden = true;
    error.textContent = "";
  }
  for (const control of document.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
}
