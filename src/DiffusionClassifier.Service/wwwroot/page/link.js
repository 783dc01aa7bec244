// The settings as the part of an address behind #, which browsers send to nobody. No image is in it.

/** Settings as text; what is empty is left out. */
export function write(settings) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    const text = Array.isArray(value) ? JSON.stringify(value) : value;
    if (text !== "" && text !== "[]") parts.set(name, text);
  }
  return `#${parts}`;
}

/** The settings of a text; lists that are none are left out. */
export function read(hash, lists) {
  const settings = Object.fromEntries(new URLSearchParams(hash.replace(/^#/, "")));
  for (const name of lists) settings[name] = list(settings[name]);
  return settings;
}

function list(text) {
  try {
    const value = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}
