// Images wait here, and run one at a time. A server that is busy says when to come back, and is asked again then.

import { Problem } from "./api.js";

const second = 1000;

export class Queue {
  #work;
  #onChange;
  #items = [];
  #running = null;

  /**
   * @param work What is done with an item; takes it and an AbortSignal.
   * @param onChange Told of every item that is in another state.
   */
  constructor(work, onChange) {
    this.#work = work;
    this.#onChange = onChange;
  }

  get isBusy() {
    return this.#running !== null;
  }

  add(items) {
    for (const item of items) this.#become(item, "waiting");
    this.#items.push(...items);
    if (!this.isBusy) this.#drain();
  }

  /** Stops what runs, and what waits. */
  cancel() {
    for (const item of this.#items.splice(0)) this.#become(item, "canceled");
    this.#running?.control.abort();
  }

  /** Takes an item out, whether it runs or waits. */
  remove(item) {
    this.#items = this.#items.filter((each) => each !== item);
    if (this.#running?.item === item) this.#running.control.abort();
  }

  async #drain() {
    while (this.#items.length > 0) {
      const item = this.#items.shift(), control = new AbortController();
      this.#running = { item, control };
      try {
        await this.#run(item, control.signal);
        this.#become(item, "done");
      } catch (error) {
        item.error = error;
        this.#become(item, control.signal.aborted ? "canceled" : "failed");
      }
    }
    this.#running = null;
    this.#onChange(null);
  }

  async #run(item, signal) {
    while (true) {
      item.error = null;
      this.#become(item, "running");
      try {
        return await this.#work(item, signal);
      } catch (error) {
        if (!(error instanceof Problem) || error.retryAfter === null) throw error;
        item.error = error;
        for (let left = Math.max(1, error.retryAfter); left > 0; left--) {
          this.#become(item, "running", `again in ${left} s`);
          await pause(second, signal);
        }
      }
    }
  }

  #become(item, state, note = null) {
    item.state = state;
    item.note = note;
    this.#onChange(item);
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", stop);
    function done() {
      signal.removeEventListener("abort", stop);
      resolve();
    }
    function stop() {
      clearTimeout(timer);
      reject(signal.reason);
    }
  });
}
