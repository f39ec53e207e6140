"use strict";

// Draws the report of a study from the data in the page. Nothing is fetched.

const data = JSON.parse(document.getElementById("data").textContent);
const trials = data.trials;
const count = trials.value.length;
const metric = data.objective.metric;
const maximize = data.objective.maximize;
const names = Object.keys(data.space);
const byNumber = Array.from({ length: count }, (_, number) => number);
const colours = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6bb1", "#999933", "#666666", "#332288", "#44aa99", "#aa4499"];
const good = colours[0], faint = "#b8c2cc";

// ---- Values ------------------------------------------------------------------------------------------------

const isNumber = (value) => typeof value === "number";
const withValue = byNumber.filter((number) => isNumber(trials.value[number]));

/** A score that is a share and is maximized is shown as an error, so that good ones lie apart on a logarithmic axis. */
const asError = maximize && withValue.every((number) => trials.curve[number].every((value) => value >= 0 && value <= 1));
const shownName = asError ? `1 − ${metric}` : metric;
const shown = (value) => (isNumber(value) ? (asError ? 1 - value : value) : null);
const value = byNumber.map((number) => shown(trials.value[number]));
const better = (a, b) => (maximize && !asError ? a > b : a < b);
const ranked = [...withValue].sort((a, b) => (better(value[a], value[b]) ? -1 : better(value[b], value[a]) ? 1 : a - b));
const allCurves = withValue.flatMap((number) => trials.curve[number].map(shown));
const canBeLog = allCurves.length > 0 && allCurves.every((shownValue) => shownValue > 0);

function text(number) {
  if (typeof number !== "number") return number === null || number === undefined ? "–" : typeof number === "object" ? JSON.stringify(number) : String(number);
  if (Number.isInteger(number)) return String(number);
  const size = Math.abs(number);
  return size >= 1e-3 && size < 1e5 ? String(Number(number.toPrecision(4))) : number.toExponential(2);
}

const escaped = (part) => String(part).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

function trialText(number) {
  const lines = [`<b>trial ${number}</b> ${escaped(trials.state[number])}`, `${escaped(metric)} ${text(trials.value[number])}`];
  for (const name of names) {
    const part = trials.params[name][number];
    if (part !== null) lines.push(`${escaped(name)} ${escaped(text(part))}`);
  }
  return lines.join("<br>");
}

/** So many of the trials at most: the best tenth of them, and the others evenly. */
function thinned(numbers, most) {
  if (numbers.length <= most) return numbers;
  const kept = new Set(ranked.slice(0, most / 10));
  const step = numbers.length / (most - most / 10);
  for (let place = 0; place < numbers.length; place += step) kept.add(numbers[Math.floor(place)]);
  return numbers.filter((number) => kept.has(number));
}

const most = 2000;
const drawn = thinned(withValue, most);
const ofAll = drawn.length < withValue.length ? `; ${drawn.length} of ${withValue.length} trials` : "";

// ---- Parameters --------------------------------------------------------------------------------------------

/** How a parameter is laid out: numbers on an axis of their own, anything else by the place among its values. */
function scaleOf(name) {
  const domain = data.space[name];
  if (domain.choice && !domain.choice.every(isNumber)) {
    const values = [...new Set([...domain.choice, ...trials.params[name].filter((part) => part !== null)].map((part) => text(part)))];
    return { name, values, log: false, place: (part) => (part === null ? null : values.indexOf(text(part))) };
  }
  const numbers = trials.params[name].filter(isNumber);
  const spread = Boolean(domain.choice) && numbers.length > 0 && Math.max(...domain.choice) >= 16 * Math.min(...domain.choice);
  const log = (domain.log === true || spread) && numbers.every((part) => part > 0) && numbers.length > 0;
  return { name, values: null, log, place: (part) => part };
}

const scales = Object.fromEntries(names.map((name) => [name, scaleOf(name)]));
const distinct = (name) => [...new Set(trials.params[name].filter((part) => part !== null).map((part) => text(part)))];

function axisOf(name, extra = {}) {
  const scale = scales[name];
  const base = { name, nameLocation: "middle", nameGap: 28, ...extra };
  if (scale.values) return { ...base, type: "category", data: scale.values };
  return { ...base, type: scale.log ? "log" : "value", scale: true, axisLabel: { formatter: text, hideOverlap: true } };
}

const valueAxis = (extra = {}) => ({
  type: canBeLog ? "log" : "value", scale: true, name: shownName, nameLocation: "middle", nameGap: 56,
  axisLabel: { formatter: text, hideOverlap: true }, ...extra,
});

// ---- The page ----------------------------------------------------------------------------------------------

const main = document.createElement("main");
const cards = document.createElement("div");
const charts = [];
let waiting = 0;

function element(kind, attributes = {}, content = []) {
  const made = document.createElement(kind);
  for (const [name, part] of Object.entries(attributes)) {
    if (name === "class") made.className = part;
    else made.setAttribute(name, part);
  }
  for (const part of [content].flat()) made.append(part);
  return made;
}

function card(id, title, note, wide = false) {
  const controls = element("header", {}, element("h2", {}, title));
  const made = element("section", { class: wide ? "card wide" : "card", id }, controls);
  if (note) made.append(element("p", { class: "note" }, note));
  cards.append(made);
  return { made, controls };
}

/** Draws a chart into a card; the page says that it is ready when all are drawn. */
function draw(parent, option, label, height) {
  const place = element("div", { class: "chart", role: "img", "aria-label": label });
  if (height) place.style.height = `${height}px`;
  parent.append(place);
  const chart = echarts.init(place, null, { renderer: count > 300 ? "canvas" : "svg" });
  ++waiting;
  const done = () => { chart.off("finished", done); if (--waiting === 0) document.documentElement.dataset.ready = String(Math.round(performance.now())); };
  chart.on("finished", done);
  chart.setOption({ animation: false, color: colours, textStyle: { fontFamily: "system-ui, sans-serif" }, ...option });
  charts.push(chart);
  return chart;
}

function chooser(controls, label, options, chosen, changed) {
  const select = element("select", {}, options.map((name) => element("option", name === chosen ? { value: name, selected: "" } : { value: name }, name)));
  select.addEventListener("change", () => changed(select.value));
  controls.append(element("label", {}, [`${label} `, select]));
}

const grid = { left: 76, right: 24, top: 24, bottom: 48 };
const tip = { trigger: "item", confine: true, formatter: (item) => (item.data && item.data.trial !== undefined ? trialText(item.data.trial) : item.seriesName) };

// ---- Facts -------------------------------------------------------------------------------------------------

function facts() {
  const row = element("div", { class: "facts" });
  const fact = (big, small) => row.append(element("div", { class: "fact" }, [element("b", {}, big), element("span", {}, small)]));
  const counts = data.counts;
  fact(String(counts.started), counts.started < counts.asked ? `of ${counts.asked} trials` : "trials");
  fact(String(counts.completed), "completed");
  if (counts.pruned) fact(String(counts.pruned), "pruned");
  if (counts.paused) fact(String(counts.paused), "paused");
  if (counts.running) fact(String(counts.running), data.standing === "running" ? "running" : "interrupted");
  if (counts.failed) fact(String(counts.failed), "failed");
  if (data.best) fact(text(data.best.value), `best ${metric}, trial ${data.best.trial}`);
  if (data.default) fact(text(data.default.value), `${metric} of the defaults`);
  const whose = { default_test: "of the defaults", best_test: "of the best" };
  for (const [who, scores] of Object.entries(data.test || {}))
    for (const [name, score] of Object.entries(scores || {})) if (isNumber(score)) fact(text(score), `test ${name} ${whose[who] || who}`);
  main.append(element("h1", {}, data.name), element("p", { class: "note" }, `The study has ${{ ended: "ended", running: "not ended: it is running", stopped: "stopped before its end" }[data.standing]}. Objective: ${maximize ? "max" : "min"} ${metric}.`), row);
}

// ---- Charts ------------------------------------------------------------------------------------------------

function history() {
  const { made } = card("history", "History", `${shownName} of each trial, and the best so far of those that finished`);
  const kinds = { completed: [], "cut off or running": [] };
  const best = [];
  let least = null;
  for (const number of withValue) {
    const finished = trials.state[number] === "completed";
    kinds[finished ? "completed" : "cut off or running"].push({ value: [number, value[number]], trial: number });
    if (finished && (least === null || better(value[number], least))) least = value[number];
    if (least !== null) best.push([number, least]);
  }
  const failed = byNumber.filter((number) => trials.state[number] === "failed");
  const series = [
    { name: "completed", type: "scatter", large: count > most, symbolSize: count > most ? 3 : 7, data: kinds.completed, itemStyle: { color: good } },
    { name: "cut off or running", type: "scatter", large: count > most, symbolSize: count > most ? 3 : 6, data: kinds["cut off or running"], itemStyle: { color: faint } },
    { name: "best so far", type: "line", step: "end", showSymbol: false, data: best, lineStyle: { color: colours[5], width: 2 }, itemStyle: { color: colours[5] } },
  ];
  if (failed.length) series[0].markLine = { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: "#c0392b", opacity: 0.3, type: "solid" }, data: failed.slice(0, 500).map((number) => ({ xAxis: number })) };
  draw(made, { grid: { ...grid, top: 40 }, legend: { top: 0 }, tooltip: tip, xAxis: { type: "value", name: "trial", nameLocation: "middle", nameGap: 28, minInterval: 1, max: Math.max(count - 1, 1) }, yAxis: valueAxis(), series }, "value of each trial");
}

function curves() {
  const lines = 200, bright = Math.min(10, ranked.length);
  const chosen = ranked.slice(0, lines);
  const note = ranked.length > lines ? `the best ${lines} of ${ranked.length} trials; the best ten in colour` : "the best ten in colour";
  const { made } = card("curves", "Learning curves", `${shownName} by epoch: ${note}`);
  const series = chosen.map((number, rank) => ({
    name: `trial ${number}`, type: "line", symbolSize: 4, showSymbol: trials.curve[number].length === 1 || rank < bright,
    data: trials.curve[number].map((point, epoch) => ({ value: [epoch + 1, shown(point)], trial: number })),
    lineStyle: { width: rank < bright ? 2 : 1, color: rank < bright ? colours[rank] : faint, opacity: rank < bright ? 1 : 0.5 },
    itemStyle: { color: rank < bright ? colours[rank] : faint }, z: rank < bright ? 3 : 2,
  }));
  draw(made, { grid, tooltip: tip, xAxis: { type: "value", name: "epoch", nameLocation: "middle", nameGap: 28, minInterval: 1, min: 1 }, yAxis: valueAxis(), series: series.reverse() }, "learning curves");
}

function parallel() {
  if (names.length === 0) return;
  const lines = 500;
  const chosen = ranked.slice(0, lines);
  const note = ranked.length > lines ? `the best ${lines} of ${ranked.length} trials` : "every trial is a line; drag along an axis to select";
  const { made } = card("parallel", "Parallel coordinates", note, true);
  const axes = names.map((name, dim) => ({ dim, ...axisOf(name, { nameLocation: "end", nameGap: 12 }) }));
  axes.push({ dim: names.length, ...valueAxis({ nameLocation: "end", nameGap: 12 }) });
  const paths = chosen.map((number) => ({
    value: [...names.map((name) => (trials.params[name][number] === null ? "-" : scales[name].values ? text(trials.params[name][number]) : trials.params[name][number])), value[number]],
    trial: number,
  }));
  const places = chosen.map((number) => value[number]);
  const low = Math.min(...places), high = places.length ? [...places].sort((a, b) => a - b)[Math.floor(0.75 * (places.length - 1))] : 1;
  draw(made, {
    tooltip: tip, parallel: { left: 60, right: 90, top: 40, bottom: 30, parallelAxisDefault: { axisLabel: { formatter: text, hideOverlap: true } } }, parallelAxis: axes,
    visualMap: { show: false, dimension: names.length, min: low, max: high > low ? high : low + 1, inRange: { color: maximize && !asError ? ["#c8d2da", "#0072b2"] : ["#0072b2", "#c8d2da"] } },
    series: [{ type: "parallel", data: paths.reverse(), lineStyle: { width: 1.2, opacity: 0.6 }, progressive: 0 }],
  }, "parallel coordinates");
}

const numeric = names.filter((name) => !scales[name].values);
const few = names.filter((name) => distinct(name).length <= 12);

/** Groups of trials for the lines of a chart: by value, or by fifths of a range. */
function groups(name) {
  if (name === "all trials") return new Map([["all trials", drawn]]);
  const present = drawn.filter((number) => trials.params[name][number] !== null);
  const made = new Map();
  if (few.includes(name)) {
    const order = scales[name].values || [...new Set(present.map((number) => trials.params[name][number]))].sort((a, b) => a - b).map(text);
    for (const part of order) made.set(`${name} ${part}`, present.filter((number) => text(trials.params[name][number]) === part));
  } else {
    const sorted = [...present].sort((a, b) => trials.params[name][a] - trials.params[name][b]);
    for (let fifth = 0; fifth < 5; ++fifth) {
      const part = sorted.slice(Math.floor((fifth * sorted.length) / 5), Math.floor(((fifth + 1) * sorted.length) / 5));
      if (part.length) made.set(`${name} ${text(trials.params[name][part[0]])} … ${text(trials.params[name][part[part.length - 1]])}`, part);
    }
  }
  return made;
}

/** The line through trials that are in the order of the axis: the median of each place, or of each and its neighbours. */
function middleLine(points, x) {
  const places = new Map();
  for (const number of points) places.set(trials.params[x][number], [...(places.get(trials.params[x][number]) || []), value[number]]);
  const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  if (places.size <= 16 && places.size < points.length) return [...places].map(([place, values]) => [place, median(values)]);
  const reach = Math.max(1, Math.floor(points.length / 12)), step = Math.max(1, Math.floor(points.length / 60)), line = [];
  for (let i = 0; i < points.length; i += step) line.push([trials.params[x][points[i]], median(points.slice(Math.max(0, i - reach), i + reach + 1).map((number) => value[number]))]);
  return line;
}

/** The founding chart: error against the learning rate, a line for each number of neurons. */
function founding() {
  if (numeric.length === 0) return;
  const prefer = (list, pattern) => list.find((name) => pattern.test(name));
  let x = prefer(numeric, /learning_rate|^lr$/) || numeric.find((name) => scales[name].log) || numeric[0];
  const others = () => ["all trials", ...names.filter((name) => name !== x && (few.includes(name) || numeric.includes(name)))];
  let lines = prefer(others(), /neurons|units|width|filters|layers|depth/) || others()[1] || "all trials";
  const { made, controls } = card("founding", "Error against one parameter, lines by another", `the value of each trial, and the median along the axis${ofAll}`, true);
  const option = () => ({
    grid: { ...grid, top: 56 }, legend: { top: 0, type: "scroll" }, tooltip: tip, xAxis: axisOf(x), yAxis: valueAxis(),
    series: [...groups(lines)].flatMap(([name, part], index) => {
      const points = part.filter((number) => trials.params[x][number] !== null).sort((a, b) => trials.params[x][a] - trials.params[x][b]);
      const colour = colours[index % colours.length];
      return [
        { name, type: "scatter", symbolSize: 6, itemStyle: { color: colour, opacity: 0.55 }, data: points.map((number) => ({ value: [trials.params[x][number], value[number]], trial: number })) },
        { name, type: "line", showSymbol: false, silent: true, lineStyle: { color: colour, width: 2 }, itemStyle: { color: colour }, data: middleLine(points, x) },
      ];
    }),
  });
  const chart = draw(made, option(), "error against one parameter, lines by another", 400);
  const again = () => chart.setOption({ animation: false, color: colours, ...option() }, true);
  chooser(controls, "against", numeric, x, (name) => { x = name; again(); });
  chooser(controls, "lines by", others(), lines, (name) => { lines = name; again(); });
}

function importance() {
  const found = data.importance;
  if (!found) return;
  const { made } = card("importance", "Importance", `fANOVA: share of the variance over the space that a parameter has alone. PED-ANOVA: its share of what makes the best tenth. ${found.trials} trials after ${found.epochs} epoch${found.epochs === 1 ? "" : "s"}.`);
  const order = found.names.map((_, index) => index).sort((a, b) => (found.fanova[a] || 0) - (found.fanova[b] || 0));
  const bars = (name, shares, colour) => ({ name, type: "bar", itemStyle: { color: colour }, data: order.map((index) => shares[index]), label: { show: true, position: "right", formatter: (bar) => text(Number(bar.value.toFixed(3))) } });
  const series = [];
  if (found.ped_anova.length) series.push(bars("PED-ANOVA", found.ped_anova, colours[1]));
  if (found.fanova.length) series.push(bars("fANOVA", found.fanova, colours[0]));
  draw(made, { grid: { left: 8, right: 56, top: 32, bottom: 8, containLabel: true }, legend: { top: 0 }, tooltip: { trigger: "axis", valueFormatter: text }, xAxis: { type: "value", min: 0 }, yAxis: { type: "category", data: order.map((index) => found.names[index]) }, series }, "importance of the parameters", Math.max(340, 40 * found.names.length));
}

function slices() {
  if (names.length === 0) return;
  const { made } = card("slices", "Slices", `${shownName} against each parameter; later trials are darker${ofAll}`, true);
  const place = element("div", { class: "slices" });
  made.append(place);
  for (const name of names.slice(0, 24)) {
    const points = drawn.filter((number) => trials.params[name][number] !== null).map((number) => ({ value: [scales[name].place(trials.params[name][number]), value[number], number], trial: number }));
    draw(place, { grid: { left: 60, right: 12, top: 12, bottom: 44 }, tooltip: tip, xAxis: axisOf(name), yAxis: valueAxis({ name: "" }), visualMap: { show: false, dimension: 2, min: 0, max: Math.max(count - 1, 1), inRange: { color: ["#bfd7e6", "#084c6b"] } }, series: [{ type: "scatter", symbolSize: 5, data: points }] }, `value against ${name}`);
  }
}

/** The value between the trials: a mean of all, weighed by a Gaussian of the distance. */
function smoothed(points, x, y) {
  let sum = 0, weights = 0;
  for (const [px, py, logValue] of points) {
    const weight = Math.exp(-((px - x) ** 2 + (py - y) ** 2) / (2 * 0.06 ** 2)) + 1e-9 / ((px - x) ** 2 + (py - y) ** 2 + 1e-3);
    sum += weight * logValue;
    weights += weight;
  }
  return sum / weights;
}

function contour() {
  if (numeric.length < 2) return;
  const steps = 36;
  let x = numeric[0], y = numeric[1];
  if (data.importance && data.importance.fanova.length) {
    const order = data.importance.names.map((name, index) => [name, data.importance.fanova[index]]).filter(([name]) => numeric.includes(name)).sort((a, b) => b[1] - a[1]);
    if (order.length >= 2) [x, y] = [order[0][0], order[1][0]];
  }
  const { made, controls } = card("contour", "Contour", `${shownName} over two parameters, smoothed between the trials, which are the points${ofAll}`);
  const option = () => {
    const unit = (name) => {
      const log = scales[name].log, parts = withValue.map((number) => trials.params[name][number]).filter(isNumber).map((part) => (log ? Math.log(part) : part));
      const low = Math.min(...parts), high = Math.max(...parts, low + 1e-12);
      return { to: (part) => ((log ? Math.log(part) : part) - low) / (high - low), from: (place) => (log ? Math.exp(low + place * (high - low)) : low + place * (high - low)) };
    };
    const across = unit(x), up = unit(y);
    const present = drawn.filter((number) => isNumber(trials.params[x][number]) && isNumber(trials.params[y][number]));
    const scaleValue = (part) => (canBeLog ? Math.log(part) : part);
    const step = Math.max(1, Math.floor(present.length / 1000));
    const points = present.filter((_, index) => index % step === 0).map((number) => [across.to(trials.params[x][number]), up.to(trials.params[y][number]), scaleValue(value[number])]);
    const cells = [];
    for (let i = 0; i < steps; ++i)
      for (let j = 0; j < steps; ++j) cells.push([across.from((i + 0.5) / steps), up.from((j + 0.5) / steps), smoothed(points, (i + 0.5) / steps, (j + 0.5) / steps), i, j]);
    const levels = cells.map((cell) => cell[2]);
    const rectangle = (_, api) => {
      const i = api.value(3), j = api.value(4);
      const from = api.coord([across.from(i / steps), up.from(j / steps)]), to = api.coord([across.from((i + 1) / steps), up.from((j + 1) / steps)]);
      return { type: "rect", shape: { x: from[0], y: to[1], width: to[0] - from[0] + 0.6, height: from[1] - to[1] + 0.6 }, style: { fill: api.visual("color") } };
    };
    const low = Math.min(...levels), high = Math.max(...levels);
    return {
      grid: { ...grid, right: 96 }, tooltip: tip, xAxis: axisOf(x, { min: across.from(0), max: across.from(1) }), yAxis: axisOf(y, { nameGap: 56, min: up.from(0), max: up.from(1) }),
      visualMap: { seriesIndex: 0, dimension: 2, min: low, max: high > low ? high : low + 1e-9, right: 0, top: "middle", calculable: true, formatter: (part) => text(canBeLog ? Math.exp(part) : part), inRange: { color: maximize && !asError ? ["#f7f4e9", "#a6cfe2", "#0b4f79"] : ["#0b4f79", "#a6cfe2", "#f7f4e9"] } },
      series: [
        { type: "custom", renderItem: rectangle, data: cells, encode: { x: 0, y: 1 }, silent: true, clip: true, z: 1 },
        { type: "scatter", symbolSize: 5, itemStyle: { color: "#222", opacity: 0.7 }, z: 3, data: present.map((number) => ({ value: [trials.params[x][number], trials.params[y][number]], trial: number })) },
      ],
    };
  };
  const chart = draw(made, option(), "value over two parameters");
  const again = () => chart.setOption({ animation: false, color: colours, ...option() }, true);
  chooser(controls, "across", numeric, x, (name) => { x = name; again(); });
  chooser(controls, "up", numeric, y, (name) => { y = name; again(); });
}

function timeline() {
  const found = data.timeline;
  if (!found) return;
  const share = `${Math.round(100 * found.utilisation)} % of the time at work`;
  const note = found.measured ? `${found.lanes} worker${found.lanes === 1 ? "" : "s"}, ${share}; times in which nobody worked are cut out` : `by the logical clock, ${found.lanes} slots, ${share}: the journal does not say when trials ran`;
  const { made } = card("timeline", "Timeline", note, true);
  const bars = found.bars.map(([trial, first, last, failed, lane, start, end]) => ({ value: [start, lane, end, trial], trial, first, last, itemStyle: { color: failed ? "#c0392b" : colours[trial % colours.length] } }));
  const bar = (_, api) => {
    const from = api.coord([api.value(0), api.value(1)]), to = api.coord([api.value(2), api.value(1)]);
    const height = 0.7 * api.size([0, 1])[1];
    return { type: "rect", shape: { x: from[0], y: from[1] - height / 2, width: Math.max(to[0] - from[0], 0.5), height }, style: { fill: api.visual("color"), stroke: "#fff", lineWidth: found.bars.length > 400 ? 0 : 0.5 } };
  };
  const seconds = (part) => (part >= 120 ? `${text(Number((part / 60).toFixed(1)))} min` : `${text(Number(part.toFixed(1)))} s`);
  draw(made, {
    grid: { left: 76, right: 24, top: 12, bottom: 64 }, dataZoom: [{ type: "slider", height: 16, bottom: 8, showDetail: false, brushSelect: false }],
    tooltip: { ...tip, formatter: (item) => `${trialText(item.data.trial)}<br>epochs ${item.data.first} to ${item.data.last}` },
    xAxis: { type: "value", axisLabel: { formatter: found.measured ? seconds : text } }, yAxis: { type: "category", inverse: true, data: Array.from({ length: found.lanes }, (_, lane) => `${found.measured ? "worker" : "slot"} ${lane + 1}`) },
    series: [{ type: "custom", renderItem: bar, encode: { x: [0, 2], y: 1 }, data: bars, clip: true }],
  }, "who worked when", Math.min(90 + 34 * found.lanes, 700));
}

function table() {
  const { made, controls } = card("trials", "Trials", "", true);
  const columns = [
    { name: "trial", of: (number) => number }, { name: "state", of: (number) => trials.state[number], words: true },
    ...names.map((name) => ({ name, of: (number) => trials.params[name][number], words: Boolean(scales[name].values) })),
    { name: metric, of: (number) => trials.value[number] }, { name: "epochs", of: (number) => trials.curve[number].length },
    { name: "seconds", of: (number) => trials.seconds[number] }, { name: "", of: (number) => trials.message[number], words: true },
  ];
  const size = 50;
  let order = byNumber, sorted = { column: 0, down: false }, page = 0;
  const body = element("tbody"), place = element("span");
  const compare = (a, b) => (a === null || a === "" ? 1 : b === null || b === "" ? -1 : isNumber(a) && isNumber(b) ? a - b : String(a).localeCompare(String(b)));
  const fill = () => {
    const pages = Math.max(1, Math.ceil(order.length / size));
    page = Math.min(Math.max(page, 0), pages - 1);
    const rows = order.slice(page * size, (page + 1) * size).map((number) => {
      const row = element("tr", {}, columns.map((column) => element("td", column.words ? { class: "text" } : {}, column.name === "" ? trials.message[number] : text(column.of(number)))));
      if (data.best && number === data.best.trial) row.className = "best";
      else if (number === 0) row.className = "default";
      return row;
    });
    body.replaceChildren(...rows);
    place.textContent = `page ${page + 1} of ${pages}`;
  };
  const sortBy = (index) => {
    sorted = { column: index, down: sorted.column === index ? !sorted.down : false };
    const of = columns[index].of;
    order = [...order].sort((a, b) => { const way = compare(of(a), of(b)); return (sorted.down && of(a) !== null && of(b) !== null ? -way : way) || a - b; });
    page = 0;
    fill();
  };
  const heads = columns.map((column, index) => {
    const head = element("th", { class: column.words ? "text" : "", tabindex: "0", title: "sort" }, column.name);
    head.addEventListener("click", () => sortBy(index));
    head.addEventListener("keydown", (event) => { if (event.key === "Enter") sortBy(index); });
    return head;
  });
  const filter = element("input", { type: "search", placeholder: "filter, such as completed", "aria-label": "filter trials" });
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    order = byNumber.filter((number) => columns.some((column) => String(text(column.of(number))).toLowerCase().includes(wanted)));
    page = 0;
    fill();
  });
  controls.append(filter);
  const turn = (label, by) => { const button = element("button", { type: "button" }, label); button.addEventListener("click", () => { page += by; fill(); }); return button; };
  made.append(element("div", { class: "scroll" }, element("table", {}, [element("thead", {}, element("tr", {}, heads)), body])));
  if (count > size) made.append(element("div", { class: "pages" }, [turn("back", -1), place, turn("on", 1)]));
  fill();
}

function experiment() {
  const { made } = card("experiment", "Experiment", "what makes this study this one; data by the hash of its contents", true);
  made.append(element("pre", {}, JSON.stringify(data.experiment, null, 2)));
}

facts();
cards.className = "cards";
main.append(cards);
document.body.append(main);
for (const part of [history, curves, founding, importance, contour, parallel, slices, timeline, table, experiment]) part();
window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
