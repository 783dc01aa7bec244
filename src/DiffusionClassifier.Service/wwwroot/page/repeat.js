// The lines that ask the same again, from a terminal or from Python; with the seed, and never with the key.

import { root } from "./api.js";
import { copyButton, el } from "./dom.js";
import * as key from "./key.js";

/** Both, with buttons that copy them. */
export function repeat(path, files, fields) {
  const lines = { curl: curl(path, files, fields), Python: python(path, files, fields) };
  return el("section", { className: "repeat", "aria-label": "Ask the same again" },
    el("h3", {}, "Ask the same again"),
    Object.entries(lines).map(([name, text]) => el("div", { className: "code" },
      el("div", { className: "row" }, el("span", {}, name), copyButton("Copy", () => text)),
      el("pre", { tabIndex: 0, role: "region", "aria-label": `${name} lines` }, el("code", {}, text)))));
}

function curl(path, files, fields) {
  const name = path === "match" ? "images" : "image";
  const parts = [
    ...(key.isKnown() ? [`-H "${key.isToken() ? "Authorization: Bearer $TOKEN" : "X-API-Key: $KEY"}"`] : []),
    ...files.map((file) => `-F ${quoted(`${name}=@${fileName(file)}`)}`),
    ...Object.entries(fields).map(([field, value]) => {
      const text = Array.isArray(value) ? JSON.stringify(value) : String(value);
      return `${/^[@<]|;/.test(text) ? "--form-string" : "-F"} ${quoted(`${field}=${text}`)}`;
    }),
  ];
  return `curl ${parts.join(" ")} ${new URL(path, root)}`;
}

function python(path, files, fields) {
  const read = (file) => `base64.b64encode(open(${JSON.stringify(file)}, "rb").read()).decode()`;
  const images = path === "match" ? `"images": [${files.map(read).join(", ")}]` : `"image": ${read(files[0])}`;
  const rest = Object.entries(fields).map(([field, value]) => `    ${JSON.stringify(field)}: ${literal(value)},`);
  const headers = [`"Content-Type": "application/json"`, ...(key.isKnown()
    ? [key.isToken() ? `"Authorization": "Bearer " + os.environ["TOKEN"]` : `"X-API-Key": os.environ["KEY"]`] : [])];
  return [
    `import base64, json, ${key.isKnown() ? "os, " : ""}urllib.request`, "",
    "body = {", `    ${images},`, ...rest, "}",
    `request = urllib.request.Request(${JSON.stringify(String(new URL(path, root)))}, json.dumps(body).encode(),`,
    `    {${headers.join(", ")}})`,
    "print(json.load(urllib.request.urlopen(request)))",
  ].join("\n");
}

// JSON's texts, numbers and lists are Python's too.
const literal = (value) => value === true ? "True" : JSON.stringify(value);

// In curl's form, a name with a comma or a semicolon stands in quotation marks.
const fileName = (name) => /[,;"]/.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name;

// For a shell.
const quoted = (text) => /^[\w@=.\/:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
