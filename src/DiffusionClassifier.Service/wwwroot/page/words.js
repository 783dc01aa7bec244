// An answer in words. docs/how-it-works.md, "How to read an answer", is where they come from.

const certain = 0.9995, oddFrom = 0.99, unusualFrom = 0.9; // outOfDistribution: a share of the images that the model was calibrated on
const surely = 4, barely = 2; // standard errors

/** As in 95.0%. */
export function percent(share) {
  if (share > certain && share < 1) return "> 99.9%";
  if (share < 1 - certain && share > 0) return "< 0.1%";
  return `${(100 * share).toFixed(1)}%`;
}

/** The same in a sentence. */
const inWords = (share) => percent(share).replace(">", "more than").replace("<", "less than");

/** As in 1,280. */
export const count = (number) => number.toLocaleString("en");

/** As in 0.28 s, 12 s, 3 min. */
export function duration(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(seconds < 0.995 ? 2 : 1)} s`;
  return seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** How many of something: "1 row", "2 rows". */
export const of = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;

/** How sure an answer is: a few words, and sentences that say why. */
export function sureness(answer) {
  const { decision, labels, posterior, outOfDistribution: odd } = answer;
  const [winner, second] = labels;
  const lead = decision.marginStandardError > 0 ? decision.margin / decision.marginStandardError : null;
  return {
    short: short(decision, second, lead),
    sentences: [
      ...rejection(answer, winner),
      ...margin(decision, winner, second, lead),
      ...(decision.complete ? [] : [`The answer was due before it was decided, so it rests on ${of(decision.trials, "trial")}.`]),
      ...(second ? [probability(winner, posterior)] : ["There was only one label, so there was nothing to choose from."]),
      ...(odd === null || odd === undefined ? [] : [familiarity(odd)]),
    ],
  };
}

function short(decision, second, lead) {
  if (decision.rejected) return "Rejected";
  if (!second) return "Nothing to compare with";
  if (decision.tied) return "A tie";
  if (!decision.complete) return "Cut short";
  if (lead === null) return "One trial only";
  return lead >= surely ? "Clearly ahead" : lead >= barely ? "Ahead" : "Too close to call";
}

function rejection(answer, winner) {
  if (!answer.decision.rejected) return [];
  const reason = answer.outOfDistribution > oddFrom
    ? "the image is unlike those that the model knows"
    : `its probability, ${inWords(winner.posterior)}, is below what you asked for`;
  return [`Of your labels, ${winner.label} fits best, but ${reason}.`];
}

function margin(decision, winner, second, lead) {
  if (!second) return [];
  if (decision.tied) return [`The model cannot tell ${winner.label} from ${second.label}: which one comes first means nothing.`];
  if (lead === null) return [`${winner.label} is ahead of ${second.label} after a single trial, which says nothing about chance.`];
  const ahead = `${winner.label} leads ${second.label} by ${lead.toFixed(1)} standard errors`;
  if (lead >= surely) return [`${ahead}: more trials would not change the winner.`];
  return [`${ahead}: ${lead >= barely ? "more trials would probably not change the winner" : "more trials may change the winner"}.`];
}

function probability(winner, posterior) {
  return posterior.calibrated
    ? `Its probability is ${inWords(winner.posterior)}: that is how often such an answer is right, on images like those the model was calibrated on.`
    : `The model prefers it with ${inWords(winner.posterior)}. That is not a probability of being right: it was not calibrated for this question.`;
}

function familiarity(odd) {
  if (odd > oddFrom) return "The image is unlike those that the model knows: it may be sure and wrong.";
  return odd > unusualFrom
    ? `The image is unusual for this model: it was more at home with ${inWords(odd)} of the images it was calibrated on.`
    : "The image is like those that the model knows.";
}

/** What an answer cost. */
export function cost({ cost, decision }) {
  if (cost.cached) return "It was known from an earlier request, and cost nothing.";
  const share = cost.fixedRows > 0 ? cost.rows / cost.fixedRows : 1;
  const saved = share < 1 ? `, ${inWords(share)} of the ${count(cost.fixedRows)} that every label on every trial would cost` : "";
  const waited = cost.queueSeconds >= 0.1 ? `, of which ${duration(cost.queueSeconds)} waiting` : "";
  return `${of(cost.rows, "row")}${saved}; ${of(decision.trials, "trial")}, ${duration(cost.totalSeconds)}${waited}.`;
}

/** A sentence for those who listen. */
export function spoken(answer) {
  const [winner] = answer.labels;
  return `${answer.prediction ?? "None of these"}. ${sureness(answer).short}. ${inWords(winner.posterior)}.`;
}
