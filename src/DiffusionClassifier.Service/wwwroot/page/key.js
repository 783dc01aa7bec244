// The visitor's API key or token: asked for when the server wants one, and forgotten with the tab.

import { find } from "./dom.js";

const place = "diffusion-classifier-key";
let asking = null;

/** Whether one is known. */
export const isKnown = () => read() !== "";

/** Whether it is sent as a token. */
export const isToken = () => read().split(".").length === 3;

/** The header to send it in. A token belongs into Authorization; a key has a header of its own, as a proxy may need that one. */
export function header() {
  if (!isKnown()) return {};
  return isToken() ? { Authorization: `Bearer ${read()}` } : { "X-API-Key": read() };
}

/** Asks for a key, once however many calls were refused. Returns whether there is another one than was sent. */
export function ask(why) {
  asking ??= show(why).finally(() => { asking = null; });
  return asking;
}

function show(why) {
  const dialog = find("key"), text = find("key-text");
  find("key-why").textContent = why;
  text.value = "";
  return new Promise((resolve) => {
    const use = (event) => {
      event.preventDefault();
      write(text.value.trim());
      dialog.close("use");
    };
    const leave = () => {
      write(""); // it was refused
      dialog.close("");
    };
    find("key-form").addEventListener("submit", use);
    find("key-leave").addEventListener("click", leave);
    dialog.addEventListener("close", () => {
      find("key-form").removeEventListener("submit", use);
      find("key-leave").removeEventListener("click", leave);
      resolve(dialog.returnValue === "use");
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
  });
}

// A browser that stores nothing keeps it as long as the page.
let kept = "";

function read() {
  try {
    return sessionStorage.getItem(place) ?? kept;
  } catch {
    return kept;
  }
}

function write(key) {
  kept = key;
  try {
    sessionStorage.setItem(place, key);
  } catch {
    // kept as long as the page
  }
}
