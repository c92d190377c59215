// The page: a photo's square goes to every chosen network, answers become bars, times a table.

import { THREADS, WARMUP, clockStep, manifest, opened, probabilities, timed } from "./networks.js";
import { cut, isShown, show, square, whenMoved } from "./photo.js";
import { toInput } from "./preprocessing.js";

const $ = (id) => document.getElementById(id);
const exported = await manifest();
const answers = new Map(); // by file name: { square, probabilities, answer_ms }
const times = new Map(); // by file name: what `timed` returns
let isBusy = false;
let isWaiting = false; // the square moved while networks answered

/** Chosen networks that have a file of the chosen precision. */
function chosen() {
  const precision = document.querySelector("[name=precision]:checked").value;
  return exported.networks
    .filter((network, place) => $(`network-${place}`).checked && network.files[precision])
    .map((network) => ({ network, precision, file: network.files[precision] }));
}

/** Ask all chosen networks about the square; a square that moves meanwhile is asked about next. */
async function ask() {
  if (!isShown()) return;
  isWaiting = true;
  await exclusively(async () => {
    while (isWaiting) {
      isWaiting = false;
      const [where, pixels, wanted] = [square(), cut(), chosen()];
      answers.clear();
      for (const { network, file } of wanted) {
        const session = await loaded(network, file);
        const input = toInput(pixels, where.side, network.input);
        const start = performance.now();
        const found = await probabilities(session, input, network.input);
        answers.set(file.name, { square: where, probabilities: found, answer_ms: performance.now() - start });
      }
      $("answers").replaceChildren(...wanted.map(figure));
      say(`Networks that answered: ${wanted.length}.`);
    }
  });
}

async function time() {
  const repeats = Math.min(1000, Math.max(2, Math.round($("repeats").value) || 50));
  $("repeats").value = repeats;
  await exclusively(async () => {
    for (const { network, file } of chosen()) {
      const session = await loaded(network, file);
      say(`Timing ${network.title} …`);
      await painted();
      times.set(file.name, await timed(session, network.input, repeats));
      showTimes();
    }
    say(`Timed, ${repeats} times each.`);
  });
}

/** Do one thing at a time; what goes wrong is a sentence. */
async function exclusively(act) {
  if (isBusy) return;
  isBusy = true;
  $("time").disabled = true;
  try {
    await act();
  } catch (error) {
    say(`That failed: ${error.message}`);
  }
  isBusy = false;
  $("time").disabled = false;
  $("save").disabled = !answers.size && !times.size;
  if (isWaiting) ask();
}

async function loaded(network, file) {
  say(`Loading ${network.title}, ${megabytes(file)} MB …`);
  return opened(file);
}

function say(words) {
  $("status").textContent = words;
}

/** Let the browser draw before the next computation. */
function painted() {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}

/** An element with properties and children. */
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A network's answer: a row an expression, its bar as long as its probability. */
function figure({ network, file, precision }) {
  const { probabilities: shares, answer_ms } = answers.get(file.name);
  const best = shares.indexOf(Math.max(...shares));
  const rows = shares.map((share, place) => {
    const bar = element("span", { className: "bar" });
    bar.style.width = `${100 * share}%`;
    return element(
      "tr",
      { className: place === best ? "best" : "" },
      element("th", { scope: "row", textContent: network.expressions[place] }),
      element("td", {}, bar),
      element("td", { textContent: `${(100 * share).toFixed(0)} %` }),
    );
  });
  const caption = element("figcaption", { textContent: network.title }, element("small", { textContent: note(file, answer_ms) }));
  const found = element("figure", {}, caption, element("table", {}, element("tbody", {}, ...rows)));
  found.dataset.file = file.name;
  found.style.setProperty("--bar", `var(--${network.family}, var(--reference))`);
  found.setAttribute("aria-label", `${network.title}, ${precision}: ${network.expressions[best]}`);
  return found;
}

/** How long this answer took, and a file's accuracy where this very file was scored. */
function note({ accuracy }, ms) {
  const scored = accuracy && `right on ${(100 * accuracy.value).toFixed(1)} % of ${accuracy.n.toLocaleString("en")}`;
  return [`${digits(ms)} ms`, scored].filter(Boolean).join(", ");
}

function timedRows() {
  return exported.networks.flatMap((network) =>
    Object.entries(network.files)
      .filter(([, file]) => times.has(file.name))
      .map(([precision, file]) => ({ network, precision, file, ...times.get(file.name) })),
  );
}

function showTimes() {
  const rows = timedRows().map((row) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", textContent: row.network.title }),
      element("td", { textContent: row.precision }),
      number(megabytes(row.file)),
      number(`${digits(row.median_ms)} ms`, `${digits(row.q1_ms)} to ${digits(row.q3_ms)}`),
    ),
  );
  $("times").tBodies[0].replaceChildren(...rows);
  $("how").textContent = `Median and quartiles of a blank face, ${THREADS} thread, after ${WARMUP} passes to warm up. Reading and cropping a photo is not counted.`;
  for (const id of ["times", "how"]) $(id).hidden = false;
  $("copy").disabled = false;
}

function number(text, below = "") {
  return element("td", { className: "number" }, text, ...(below ? [element("small", { textContent: ` ${below}` })] : []));
}

function digits(ms) {
  return ms.toFixed(ms < 10 ? 2 : 0);
}

function megabytes(file) {
  return (file.bytes / 1e6).toFixed(2);
}

/** What the browser says of this device, in its own words. */
async function device() {
  const told = { user_agent: navigator.userAgent, cores: navigator.hardwareConcurrency, memory_gb: navigator.deviceMemory };
  const hints = ["architecture", "bitness", "model", "platformVersion", "fullVersionList"];
  return { ...told, hints: await navigator.userAgentData?.getHighEntropyValues(hints) };
}

async function report() {
  return {
    made_by: exported.made_by,
    when: new Date().toISOString(),
    device: await device(),
    runtime: { ...exported.runtime, backend: "wasm", threads: THREADS },
    timing: { batch: 1, warmup: WARMUP, clock_step_ms: clockStep() },
    files: exported.networks.flatMap((network) =>
      Object.entries(network.files)
        .map(([precision, file]) => ({ network, precision, file }))
        .filter(({ file }) => answers.has(file.name) || times.has(file.name))
        .map(({ network, precision, file }) => ({
          checkpoint: network.checkpoint,
          precision,
          bytes: file.bytes,
          sha256: file.sha256,
          expressions: network.expressions,
          ...answers.get(file.name),
          ...times.get(file.name),
        })),
    ),
  };
}

async function save() {
  const text = JSON.stringify(await report(), null, 2);
  const link = element("a", { download: "in-this-browser.json" });
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** The table with tabs, as a spreadsheet takes it, below it the device. */
async function copy() {
  const lines = [...$("times").rows].map((row) => [...row.cells].map((one) => one.textContent).join("\t"));
  await copied([...lines, $("how").textContent, $("device").textContent].join("\n"));
  say("Copied.");
}

async function copied(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = element("textarea", { value: text }); // on a page that came over http, as from another computer
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

async function open(input) {
  const [file] = input.files;
  if (!file) return;
  try {
    await show(file);
  } catch {
    say(`This browser cannot read ${file.name}; JPEG, PNG and WebP work everywhere.`);
    return;
  }
  await ask();
}

$("networks").append(
  ...exported.networks.map((network, place) =>
    element(
      "label",
      {},
      element("input", { type: "checkbox", id: `network-${place}`, checked: true }),
      ` ${network.title}, ${Object.entries(network.files).map(([name, file]) => `${name} ${megabytes(file)} MB`).join(", ")}`,
    ),
  ),
);
$("precision").hidden = exported.networks.every((network) => !network.files.int8);
$("made").textContent = `Made by ${exported.made_by}; ${exported.runtime.name} ${exported.runtime.version}.`;
$("device").textContent = `This device, as the browser calls it: ${navigator.userAgent}; ${navigator.hardwareConcurrency} cores.`;
for (const id of ["file", "camera"]) $(id).addEventListener("change", (event) => open(event.target));
for (const id of ["networks", "precision"]) $(id).addEventListener("change", ask);
$("time").addEventListener("click", time);
$("copy").addEventListener("click", copy);
$("save").addEventListener("click", save);
whenMoved(ask);
$("time").disabled = false;
say("");
