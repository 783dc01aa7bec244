// node validate.mjs FILE…: compose files (.yaml), or lists of Kubernetes' resources (.json). Prints a line for each thing that is wrong.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

function compose(file) {
  const Ajv = require("ajv").default;
  const ajv = new Ajv({ strict: false, allErrors: true });
  require("ajv-formats").default(ajv);
  // The schema is in the package, which does not export it.
  const schema = JSON.parse(readFileSync(new URL("node_modules/dclint/schemas/compose.schema.json", import.meta.url)));
  delete schema.$schema; // its address differs from the draft's own by http or https
  const validate = ajv.compile(schema);
  return validate(require("js-yaml").load(readFileSync(file, "utf8"))) ? [] : validate.errors.map(error => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

function kubernetes(file) {
  return JSON.parse(readFileSync(file)).flatMap(resource => {
    const packages = resource.apiVersion.startsWith("keda.sh/") ? "@kubernetes-models/keda" : "kubernetes-models";
    const kind = require(`${packages}/${resource.apiVersion}`)[resource.kind];
    try {
      new kind(resource).validate();
      return [];
    } catch (error) {
      return [`${resource.kind} ${resource.metadata.name}: ${error.message}`];
    }
  });
}

let wrong = 0;
for (const file of process.argv.slice(2)) {
  for (const problem of file.endsWith(".json") ? kubernetes(file) : compose(file)) {
    console.log(`${file}: ${problem}`);
    wrong++;
  }
}
process.exit(wrong === 0 ? 0 : 1);
