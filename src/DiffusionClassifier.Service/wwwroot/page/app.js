// The page: one form, two things to do with it, and the results beside it.

import { AnswerView } from "./answer.js";
import * as api from "./api.js";
import { Chips } from "./chips.js";
import { announce, copy, find } from "./dom.js";
import { Images } from "./images.js";
import * as link from "./link.js";
import { matched, matching } from "./match.js";
import { Models } from "./models.js";
import { Options } from "./options.js";
import * as problems from "./problems.js";
import { Queue } from "./queue.js";
import { onTab, openTab, tab } from "./tabs.js";
import { welcome } from "./welcome.js";
import { spoken } from "./words.js";

const mostContrasts = 50; // labels: a longer list is no choice
const labels = new Chips(find("labels-chips"), { id: "labels", placeholder: "", splitsAtCommas: true, onChange: showLabels });
const captions = new Chips(find("captions-chips"), {
  id: "captions", placeholder: "a red circle left of a blue square", splitsAtCommas: false, onChange() {} });
const options = new Options(find("shown"), find("options"), () => {});
const models = new Models(labels, () => { options.fit(tab(), models.chosen); offerContrasts(); });
const images = new Images();
const view = new AnswerView();
const queue = new Queue(classify, changed);
const narrow = "(max-width: 52rem)"; // as in base.css: the results are below the form
let follows = true; // the results go on to the image that runs
let matchRun = null, matchAnswer = null;

images.addEventListener("select", showResults);
images.addEventListener("pick", () => { follows = false; });
images.addEventListener("remove", ({ detail }) => queue.remove(detail));
images.addEventListener("sample", ({ detail: { model, labels: suggested } }) => {
  if (model === undefined || !models.choose(model)) return;
  if (tab() === "classify" && !labels.items.some((label) => suggested.includes(label))) labels.items = suggested;
  showLabels();
});
find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
find("form").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) find("form").requestSubmit();
  if (event.target.matches("input")) event.preventDefault(); // Enter in a field is no wish to pay
});
find("cancel").addEventListener("click", cancel);
find("share").addEventListener("click", share);
window.addEventListener("hashchange", applyLink);
onTab(() => {
  problems.clear();
  options.fit(tab(), models.chosen);
  find("start").textContent = tab() === "match" ? "Match" : "Classify";
  showResults();
  showBusy();
});
options.fit(tab(), null);
showResults();
applyLink();
loadModels();

async function loadModels() {
  try {
    images.offerSamples(await models.load());
    return true;
  } catch (error) {
    problems.show(error);
    return false;
  }
}

async function start() {
  problems.clear();
  if (models.chosen === null && !await loadModels()) return;
  const problem = options.problem ?? (images.all.length === 0 ? { field: "image", detail: "Choose an image first, or one of the samples." } : null);
  if (problem !== null) return problems.show(problem);
  if (tab() === "match") startMatch();
  else startClassification();
  if (matchMedia(narrow).matches) find("results").scrollIntoView({ block: "start" });
}

function startClassification() {
  const fields = settings();
  const isNew = images.all.some(({ state }) => state === "added"); // else the one that is shown runs again, as with other labels
  const chosen = images.all.filter((item) => ["added", "canceled", "failed"].includes(item.state)
    || (item.state === "done" && item === images.selected && !isNew));
  if (chosen.length === 0) return;
  for (const item of chosen) item.fields = { image: item.file, ...fields };
  follows = true;
  queue.add(chosen);
}

function showLabels() {
  models.showClasses();
  offerContrasts();
}

// What the winner of the heat map may be compared with.
function offerContrasts() {
  const known = labels.done.length > 0 ? labels.done : models.chosen?.labels ?? [];
  options.offer("explain", known.length > mostContrasts ? [] : known);
}

function settings() {
  const name = tab() === "match" ? "captions" : "labels", texts = tab() === "match" ? captions.items : labels.items;
  const { explain, ...others } = options.values;
  const canExplain = texts.length !== 1 || explain === "null"; // one label has no other to be compared with
  return {
    ...(models.chosen === null ? {} : { model: models.chosen.id }),
    ...(texts.length > 0 || name === "captions" ? { [name]: texts } : {}),
    ...others,
    ...(explain !== undefined && canExplain ? { explain } : {}),
  };
}

async function classify(item, signal) {
  if (follows) images.select(item);
  const answer = await api.classify(item.fields, signal, (soFar) => view.progress(item, soFar));
  if (answer.explanation) delete answer.explanation.values, delete answer.explanation.standardErrors; // drawn already, and large
  item.answer = answer;
}

// What the queue says of an image; null: there is nothing more to do.
function changed(item) {
  showBusy();
  if (item === null) return;
  images.changed();
  if (tab() === "classify" && item === images.selected) view.show(item);
  if (item.state === "done") announce(`${item.name}: ${spoken(item.answer)}`);
  if (item.state === "running" && item.note === null) announce(`Classifying ${item.name}.`);
  if (item.state === "failed" && item === images.selected && tab() === "classify") problems.show(item.error, follows);
}

async function startMatch() {
  const fields = { images: images.all.map(({ file }) => file), ...settings() }, items = [...images.all];
  if (fields.captions.length === 0) return problems.show({ field: "captions", detail: "Type at least one caption." });
  matchRun = new AbortController();
  matchAnswer = matching(items.length, fields.captions.length);
  showResults();
  showBusy();
  try {
    matchAnswer = matched(await api.match(fields, matchRun.signal), items, fields);
    announce("Matched.");
  } catch (error) {
    matchAnswer = null;
    if (!matchRun.signal.aborted) problems.show(error);
  } finally {
    matchRun = null;
    if (tab() === "match") showResults();
    showBusy();
  }
}

function cancel() {
  if (tab() === "match") matchRun?.abort();
  else queue.cancel();
  announce("Canceled.");
  find("start").focus();
}

function showBusy() {
  const isBusy = tab() === "match" ? matchRun !== null : queue.isBusy;
  find("cancel").hidden = !isBusy;
  find("results").setAttribute("aria-busy", isBusy);
  find("start").disabled = tab() === "match" && isBusy;
}

function showResults() {
  if (tab() === "match") {
    find("results").replaceChildren(matchAnswer ?? welcome(tab()));
    return;
  }
  view.show(images.selected);
  find("results").replaceChildren(images.selected === null ? welcome(tab()) : view.element);
}

async function share() {
  const text = link.write({
    tab: tab() === "match" ? "match" : "", model: models.chosen?.isDefault === false ? models.chosen.id : "",
    labels: labels.items, captions: captions.items, ...options.all });
  history.replaceState(null, "", text === "#" ? location.pathname + location.search : text);
  await copy(location.href);
  find("share").textContent = "Copied";
  announce("The address of these settings was copied. Your images are not in it.");
  setTimeout(() => { find("share").textContent = "Copy link"; }, 1500);
}

function applyLink() {
  if (location.hash.length < 2) return;
  const { tab: name, model, labels: wanted, captions: described, ...rest } = link.read(location.hash, ["labels", "captions"]);
  labels.items = wanted;
  captions.items = described;
  if (model !== undefined) models.choose(model);
  options.all = rest;
  if (models.chosen !== null) showLabels(); // else a label that the link names would be gone before the model's are known
  openTab(name === "match" ? "match" : "classify");
  if (Object.keys(options.all).some((field) => find(field).closest("details"))) find("more").open = true;
}
