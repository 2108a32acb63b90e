"use strict";
// Draws the figures of a run into the page: a graph, a timeline, curves and a table.

let data = JSON.parse(document.getElementById("data").textContent);
const find = (selector) => document.querySelector(selector);
const PALETTE = ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#b07aa1", "#edc948", "#9c755f", "#ff9da7", "#86bcb6"];
const colour = (stage) => PALETTE[stage % PALETTE.length];

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Nanoseconds in the unit that fits.
function time(ns) {
  if (ns === null) return "-";
  for (const [size, unit] of [[1e9, "s"], [1e6, "ms"], [1e3, "µs"]]) {
    if (ns >= size) return `${(ns / size).toPrecision(3)} ${unit}`;
  }
  return `${Math.round(ns)} ns`;
}

const percent = (part) => (part === null ? "-" : `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`);
const count = (number) => number.toLocaleString("en");

function bytes(number) {
  for (const [size, unit] of [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"]]) {
    if (number >= size) return `${(number / size).toPrecision(3)} ${unit}`;
  }
  return `${number} B`;
}

// What draws new figures, in a page that follows a run.
const refreshers = [];

function facts(list, pairs) {
  for (const [name, value] of pairs) {
    const pair = element("div");
    pair.append(element("dt", name), element("dd", value));
    list.append(pair);
  }
}

function head() {
  find("#bound").textContent = data.bound;
  find("#facts").replaceChildren();
  find("#errors ul").replaceChildren();
  const memory = data.memory ? [["held at most", `${bytes(data.memory.peak)} of ${bytes(data.memory.limit)}`]] : [];
  facts(find("#facts"), [
    ["took", time(data.elapsed)], ["threads", data.threads], ["at work", percent(data.efficiency)], ...memory,
    ...(data.options ? [["options", data.options]] : []),
    ["machine", `${data.machine.os} ${data.machine.arch}, ${data.machine.processors} processors`],
    ["delayed", data.version],
  ]);
  const list = find("#errors ul");
  for (const error of data.errors) list.append(element("li", error));
  for (const [task, retries] of Object.entries(data.retries)) {
    list.append(element("li", `${task} was tried again ${count(retries)} times`));
  }
  find("#errors").hidden = list.children.length === 0;
}

// ---- the graph

// Of short calls nearly all of the time is that of the loop around them.
function sum(stages, key) {
  const known = stages.map((stage) => data.stages[stage]).filter((stage) => !stage.partial && stage[key] !== null).map((stage) => stage[key]);
  return known.length > 0 ? known.reduce((a, b) => a + b, 0) : null;
}

// Of short calls only the first are counted.
const times = (stage) => `${count(stage.count)}${stage.partial ? "+" : ""}`;
const mean = (values) => Math.round(values.total / values.count);

function details(thing) {
  const panel = find("#details");
  panel.replaceChildren(element("h3", thing.label), element("p", thing.place, { class: "place" }));
  const list = element("dl");
  facts(list, [["kind", thing.kind], ...thing.facts]);
  panel.append(list);
  for (const stage of thing.stages.map((index) => data.stages[index])) {
    const figures = element("dl");
    facts(figures, [
      [stage.kind, `${times(stage)} times`], ["own", time(stage.own)], ["total", time(stage.total)],
      ["median", time(stage.median)], ["p95", time(stage.p95)], ["max", time(stage.max)],
      ["critical path", percent(stage.share)],
    ]);
    panel.append(figures);
  }
  for (const values of thing.values.map((index) => data.values[index])) {
    const figures = element("dl");
    facts(figures, [
      ["values", count(values.count)], ["largest", bytes(values.largest)], ["mean", bytes(mean(values))],
      ["all together", bytes(values.total)],
    ]);
    panel.append(figures);
  }
  if (thing.stages.every((index) => data.stages[index].partial)) panel.append(element("p", "Not timed by itself: its time is in that of the loop around it."));
}

// The colour of heat, from none to most.
const heat = (part) => `color-mix(in oklab, #b2182b ${(100 * Math.sqrt(part)).toFixed(0)}%, var(--back))`;

function paint(by, things) {
  for (const thing of things) Object.assign(thing, data.graph[thing.list][thing.index]);
  const begins = data.stages.map(() => null);
  for (const worker of data.workers) {
    for (const [stage, start] of worker.bars) begins[stage] = Math.min(begins[stage] ?? Infinity, start);
  }
  const values = {
    own: ({ stages }) => sum(stages, "own"),
    critical: ({ stages }) => sum(stages, "share"),
    bytes: ({ values }) => (values.length > 0 ? Math.max(...values.map((index) => data.values[index].largest)) : null),
    order: ({ stages }) => (stages.length > 0 ? Math.min(...stages.map((stage) => begins[stage] ?? Infinity)) : null),
    kind: () => null,
  };
  const all = things.map((thing) => values[by](thing));
  const most = Math.max(...all.filter((value) => Number.isFinite(value)), 0);
  things.forEach((thing, index) => {
    const part = all[index] === null || most === 0 ? null : all[index] / most;
    for (const shape of thing.shapes) {
      shape.style.fill = part === null ? "" : heat(part);
      if (thing.isRegion) shape.style.fillOpacity = part === null ? "" : 0.35;
    }
    if (thing.text) thing.text.style.fill = part !== null && part > 0.2 ? "#ffffff" : "";
  });
}

function graph() {
  const svg = find("#picture svg");
  if (!svg) {
    for (const tool of document.querySelectorAll("#graph .tools, #details")) tool.hidden = true;
    return;
  }
  const of = (list, attribute, shapes, isRegion) => data.graph[list].map((node, index) => {
    const group = svg.querySelector(`[${attribute}="${index}"]`);
    return { ...node, list, index, group, isRegion, shapes: [...group.querySelectorAll(shapes)], text: isRegion ? null : group.querySelector("text") };
  });
  const regions = of("regions", "data-region", ".head", true);
  const nodes = of("nodes", "data-node", "rect, polygon", false);
  const things = [...regions, ...nodes];
  let chosen = null;
  const choose = (thing) => {
    chosen?.group.classList.remove("chosen");
    chosen = thing;
    thing.group.classList.add("chosen");
    details(thing);
  };
  for (const thing of things) {
    thing.group.setAttribute("tabindex", "0");
    thing.group.setAttribute("role", "button");
    thing.group.setAttribute("aria-label", `${thing.kind} ${thing.label}`);
    thing.group.addEventListener("click", () => choose(thing));
    thing.group.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose(thing);
      }
    });
  }
  const select = find("#colours");
  select.addEventListener("change", () => paint(select.value, things));
  const refresh = () => {
    paint(select.value, things);
    if (chosen) details(chosen);
  };
  refresh();
  refreshers.push(refresh);
  const view = svgPanZoom(svg, { fit: true, center: true, minZoom: 0.2, maxZoom: 40, dblClickZoomEnabled: false, zoomScaleSensitivity: 0.3 });
  const tools = { in: () => view.zoomIn(), out: () => view.zoomOut(), fit: () => view.resize().fit().center() };
  for (const button of document.querySelectorAll("[data-graph]")) {
    button.addEventListener("click", tools[button.dataset.graph]);
  }
  new ResizeObserver(tools.fit).observe(find("#picture"));
}

// ---- the timeline and the curves

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const charts = [];
const axis = (more) => ({ stroke: () => style("--faint"), grid: { stroke: () => style("--line"), width: 1 }, ticks: { show: false }, ...more });
const seconds = axis({ values: (_, ticks) => ticks.map((tick) => `${+tick.toPrecision(6)} s`) });
const whole = () => Math.max(1, data.elapsed, ...data.workers.flatMap((worker) => worker.bars.map((bar) => bar[2])), ...data.samples.map((sample) => sample[0])) / 1e9;
let end = whole();

function chart(place, options, series) {
  const holder = find(place);
  const width = () => Math.max(200, holder.clientWidth);
  const made = new uPlot({
    width: width(), legend: { show: false }, cursor: { sync: { key: "time" }, points: { show: false }, drag: { x: true, y: false } }, ...options,
  }, series, holder);
  new ResizeObserver(() => made.width !== width() && made.setSize({ width: width(), height: made.height })).observe(holder);
  charts.push(made);
  return made;
}

function zoom(from, to) {
  const least = end / 1e6;
  const length = Math.min(end, Math.max(least, to - from));
  const min = Math.min(Math.max(0, from), end - length);
  for (const one of charts) one.setScale("x", { min, max: min + length });
}

// A bar stands in all those of its thread that begin before it and end after it.
function nested(bars) {
  const sorted = [...bars].sort((a, b) => a[1] - b[1] || b[2] - a[2]);
  const open = [];
  return sorted.map((bar) => {
    while (open.length > 0 && open[open.length - 1] < bar[2]) open.pop();
    open.push(bar[2]);
    return { stage: bar[0], start: bar[1] / 1e9, end: bar[2] / 1e9, own: bar[3], count: bar[4], failed: bar[5] === 1, depth: open.length - 1 };
  });
}

function place(plot, lane, lanes, bar) {
  const { top, height } = plot.bbox;
  const step = height / lanes;
  const inset = Math.min(0.6, 0.12 * bar.depth) * step * 0.8;
  const left = plot.valToPos(bar.start, "x", true);
  return { left, top: top + lane * step + step * 0.1 + inset, width: Math.max(plot.valToPos(bar.end, "x", true) - left, 1), height: step * 0.8 - inset };
}

function timeline() {
  let lanes = [];
  const draw = (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    lanes.forEach((bars, lane) => {
      for (const bar of bars) {
        if (bar.end < plot.scales.x.min || bar.start > plot.scales.x.max) continue;
        const box = place(plot, lane, lanes.length, bar);
        ctx.fillStyle = colour(bar.stage);
        ctx.fillRect(box.left, box.top, box.width, box.height);
        if (bar.failed) {
          ctx.fillStyle = "#d7191c";
          ctx.fillRect(box.left, box.top, box.width, 4);
        }
      }
    });
    ctx.restore();
  };
  const names = axis({
    size: 90, splits: () => lanes.map((_, lane) => lanes.length - lane - 0.5),
    values: () => data.workers.map((worker) => (worker.name.length > 12 ? `${worker.name.slice(0, 11)}…` : worker.name)),
    grid: { show: false },
  });
  const plot = chart("#timeline", {
    height: 100,
    scales: { x: { time: false, range: (_, min, max) => [min ?? 0, max ?? end] }, y: { range: () => [0, Math.max(1, lanes.length)] } },
    axes: [seconds, names], series: [{}, { show: true, stroke: "transparent" }],
    hooks: { draw: [draw], setCursor: [() => hover(plot, lanes)] },
  }, [[0, end], [null, null]]);
  const holder = find("#timeline");
  holder.addEventListener("keydown", (event) => keys(event, plot));
  holder.addEventListener("mouseleave", () => (find("#tip").hidden = true));
  const refresh = () => {
    lanes = data.workers.map((worker) => nested(worker.bars));
    holder.dataset.bars = lanes.reduce((bars, lane) => bars + lane.length, 0);
    plot.setData([[0, end], [null, null]], false);
    plot.setSize({ width: plot.width, height: Math.min(640, 60 + 34 * Math.max(1, lanes.length)) });
    find("#keys").replaceChildren(...data.stages.slice(0, PALETTE.length).map((stage, index) => {
      const key = element("span");
      key.append(element("i", "", { style: `background:${colour(index)}` }), `${stage.kind} ${stage.label}`);
      return key;
    }));
  };
  refresh();
  refreshers.push(refresh);
}

function keys(event, plot) {
  const { min, max } = plot.scales.x;
  const length = max - min;
  const ways = {
    ArrowLeft: [min - length / 5, max - length / 5], ArrowRight: [min + length / 5, max + length / 5],
    "+": [min + length / 4, max - length / 4], "=": [min + length / 4, max - length / 4],
    "-": [min - length / 2, max + length / 2], 0: [0, end],
  };
  const way = ways[event.key];
  if (way) {
    event.preventDefault();
    zoom(...way);
  }
}

// What is under the pointer, the innermost first.
function hover(plot, lanes) {
  const tip = find("#tip");
  const { left, top } = plot.cursor;
  if (left === null || left < 0 || !plot.root.matches(":hover")) {
    tip.hidden = true;
    return;
  }
  const x = left * devicePixelRatio + plot.bbox.left;
  const y = top * devicePixelRatio + plot.bbox.top;
  const lane = Math.floor((y - plot.bbox.top) / (plot.bbox.height / lanes.length));
  const under = (lanes[lane] ?? []).filter((bar) => {
    const box = place(plot, lane, lanes.length, bar);
    return x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height;
  });
  const bar = under.pop();
  tip.hidden = !bar;
  if (bar) {
    const stage = data.stages[bar.stage];
    tip.textContent = `${stage.kind} ${stage.label} (${stage.place}): ${time((bar.end - bar.start) * 1e9)} from ${time(bar.start * 1e9)} on, `
      + `${time(bar.own)} of it own, ${count(bar.count)} times${bar.failed ? ", one failed" : ""}`;
    const box = plot.over.getBoundingClientRect();
    tip.style.left = `${Math.min(box.left + left + 14, innerWidth - Math.min(400, tip.offsetWidth + 10))}px`;
    tip.style.top = `${box.top + top + 18}px`;
  }
}

function curve(place, label, values, show) {
  const points = () => [data.samples.map((sample) => sample[0] / 1e9), values()];
  const plot = chart(place, {
    height: 150, title: label,
    scales: { x: { time: false, range: (_, min, max) => [min ?? 0, max ?? end] }, y: { range: (_, min, max) => [0, Math.max(max, 1e-9) * 1.1] } },
    axes: [seconds, axis({ size: 90, values: (_, ticks) => ticks.map(show) })],
    series: [{}, { stroke: () => style("--mark"), width: 2, points: { show: () => data.samples.length < 3 } }],
  }, points());
  plot.setScale("x", { min: 0, max: end });
  refreshers.push(() => plot.setData(points(), false));
}

function curves() {
  curve("#memory", "resident memory", () => data.samples.map((sample) => sample[1]), bytes);
  const busy = () => data.samples.map((sample, index) => {
    const before = data.samples[index - 1];
    return before && sample[0] > before[0] ? (sample[2] - before[2]) / (sample[0] - before[0]) : null;
  });
  curve("#cpu", "processors at work", busy, (tick) => `${+tick.toFixed(2)}`);
}

// ---- the tables

const STAGES = [
  ["stage", (stage) => `${stage.kind} ${stage.label}`, (stage) => stage.label], ["count", times, (stage) => stage.count],
  ["own", (stage) => time(stage.own), (stage) => stage.own], ["total", (stage) => time(stage.total), (stage) => stage.total],
  ["min", (stage) => time(stage.min), (stage) => stage.min], ["median", (stage) => time(stage.median), (stage) => stage.median],
  ["p95", (stage) => time(stage.p95), (stage) => stage.p95],
  ["max", (stage) => time(stage.max), (stage) => stage.max], ["critical", (stage) => percent(stage.share), (stage) => stage.share],
  ["failed", (stage) => count(stage.failures), (stage) => stage.failures], ["place", (stage) => stage.place, (stage) => stage.place],
];

const VALUES = [
  ["values of", (values) => values.label, (values) => values.label], ["count", (values) => count(values.count), (values) => values.count],
  ["largest", (values) => bytes(values.largest), (values) => values.largest], ["mean", (values) => bytes(mean(values)), mean],
  ["all together", (values) => bytes(values.total), (values) => values.total], ["place", (values) => values.place, (values) => values.place],
];

// Fills a table whose rows are sorted by any of its columns: each has a name, what it
// shows, and what it is sorted by.
function table(place, columns, rows, first) {
  const row = element("tr");
  const body = find(`${place} tbody`);
  let [by, way] = [columns.find(([name]) => name === first), -1];
  const fill = () => {
    const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b) : (a ?? -1) - (b ?? -1));
    const key = by[2];
    body.replaceChildren(...[...rows()].sort((a, b) => way * compare(key(a), key(b))).map((one) => {
      const line = element("tr");
      line.append(...columns.map(([, show]) => element("td", show(one))));
      return line;
    }));
  };
  for (const column of columns) {
    const cell = element("th", undefined, { scope: "col", "aria-sort": column === by ? "descending" : "none" });
    const button = element("button", column[0], { type: "button" });
    button.addEventListener("click", () => {
      const isDown = cell.getAttribute("aria-sort") === "descending";
      for (const other of row.children) other.setAttribute("aria-sort", "none");
      cell.setAttribute("aria-sort", isDown ? "ascending" : "descending");
      [by, way] = [column, isDown ? 1 : -1];
      fill();
    });
    cell.append(button);
    row.append(cell);
  }
  find(`${place} thead`).append(row);
  fill();
  refreshers.push(fill);
}

function tables() {
  table("#stages", STAGES, () => data.stages, "own");
  table("#values", VALUES, () => data.values, "largest");
  const show = () => (find("#values").hidden = data.values.length === 0);
  show();
  refreshers.push(show);
}

// ---- a run that is under way

function show(fresh) {
  if ((fresh.graph === null) !== (data.graph === null)) {
    // The picture comes with the page.
    location.reload();
    return;
  }
  const before = end;
  const isWhole = charts.every((one) => one.scales.x.min === 0 && one.scales.x.max === before);
  data = fresh;
  end = whole();
  head();
  for (const refresh of refreshers) refresh();
  if (isWhole) zoom(0, end);
  else for (const one of charts) one.redraw();
}

// Asks for new figures five times a second, also after the program has gone and
// come again.
async function follow() {
  const state = find("#live");
  state.hidden = false;
  for (;;) {
    try {
      const answer = await fetch("data.json", { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      show(await answer.json());
      state.textContent = "live";
    } catch {
      state.textContent = "not connected, trying again";
    }
    await new Promise((done) => setTimeout(done, 200));
  }
}

head();
graph();
timeline();
curves();
tables();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((one) => one.redraw()));
if (data.live) follow();
