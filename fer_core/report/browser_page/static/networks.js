// The exported networks in onnxruntime-web: loaded once, asked, timed. One thread, so that times mean the same everywhere.

import * as ort from "./ort.wasm.bundle.min.mjs";

export const THREADS = 1;
export const WARMUP = 10;
const STEPS = 10; // of the clock that a time must last

ort.env.wasm.numThreads = THREADS;
ort.env.wasm.wasmPaths = { wasm: new URL("./ort-wasm-simd-threaded.wasm", import.meta.url).href };

const sessions = new Map();

/** What the page was exported with: networks.json. */
export async function manifest() {
  return (await fetched("networks.json")).json();
}

/** A file's session; the first call loads it. */
export function opened(file) {
  if (!sessions.has(file.name)) {
    const session = fetched(file.name)
      .then((answer) => answer.arrayBuffer())
      .then((content) => ort.InferenceSession.create(content, { executionProviders: ["wasm"] }));
    session.catch(() => sessions.delete(file.name)); // so that the next call tries again
    sessions.set(file.name, session);
  }
  return sessions.get(file.name);
}

/** Probabilities of one face, in the order of the network's expressions. */
export async function probabilities(session, input, spec) {
  const found = await session.run({ [session.inputNames[0]]: tensor(input, spec) });
  const logits = found[session.outputNames[0]].data;
  const top = Math.max(...logits);
  const parts = Array.from(logits, (logit) => Math.exp(logit - top));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

/**
 * Median and quartiles in milliseconds of so many times of one blank face, after a warm-up. Browsers round their clocks,
 * some to a whole millisecond: where a pass is too short for that, each time is the mean of `passes_each`.
 */
export async function timed(session, spec, repeats) {
  const feed = { [session.inputNames[0]]: tensor(new Float32Array(spec.channels * spec.size_px ** 2), spec) };
  const step = clockStep();
  const pass_ms = Math.max(step / WARMUP, await taken(session, feed, WARMUP));
  let passes_each = Math.max(1, Math.ceil((STEPS * step) / pass_ms));
  let times = await takenEach(session, feed, passes_each, repeats);
  // The warm-up was slower, as where another program had the processor: once more with more passes.
  while (2 * times[0] * passes_each < STEPS * step) {
    passes_each *= 2;
    times = await takenEach(session, feed, passes_each, repeats);
  }
  const found = { median_ms: quantile(times, 0.5), q1_ms: quantile(times, 0.25), q3_ms: quantile(times, 0.75) };
  return { ...found, repeats, passes_each };
}

/** Milliseconds a pass, so many times over so many passes, the shortest first. */
async function takenEach(session, feed, passes, repeats) {
  const times = [];
  for (let i = 0; i < repeats; i++) times.push(await taken(session, feed, passes));
  return times.sort((a, b) => a - b);
}

/** Milliseconds a pass, over so many passes. */
async function taken(session, feed, passes) {
  const start = performance.now();
  for (let i = 0; i < passes; i++) await session.run(feed);
  return (performance.now() - start) / passes;
}

/** The smallest step of the browser's clock that was seen, in milliseconds: some browsers round to a whole one. */
export function clockStep() {
  const steps = [];
  let last = performance.now();
  const end = last + 20;
  while (last < end) {
    const now = performance.now();
    if (now > last) steps.push(now - last);
    last = now;
  }
  return Math.min(...steps);
}

function tensor(input, spec) {
  return new ort.Tensor("float32", input, [1, spec.channels, spec.size_px, spec.size_px]);
}

/** Between the two nearest of sorted values, as Python's `statistics.quantiles(method="inclusive")`. */
function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

async function fetched(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  return answer;
}
