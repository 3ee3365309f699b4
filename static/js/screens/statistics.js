// Draws the statistics with Chart.js (vendored). The numbers travel in #charts-data; the table beside each chart holds the
// same rows, so nothing is lost without script.

import { gettext, interpolate } from "../ui/words.js";

const SERIES = ["--accent", "--caution-edge", "--positive", "--negative"];
// From fresh to old: calm to alarming.
const AGES = ["--slate-edge", "--accent", "--caution-edge", "--negative"];
const ROW = 30; // px of a horizontal bar with its gap
const AXIS = 52; // px of the axis with its title
const VALUE = 44; // px beside the longest bar for its number
const LEGEND = 36;
const FEW = 4; // an axis of counts is at least so long
const drawn = [];

// The tokens are light-dark() pairs, which a canvas cannot read: the browser resolves one as the colour of an element.
// A new element for each: one that changes its colour is in transition where motion is reduced, and still says the old one.
// `isKept`: also where the person's colours are forced on everything, or all series would have the same.
function color(name, isKept = false) {
  const probe = document.createElement("span");
  probe.hidden = true;
  if (isKept) probe.style.forcedColorAdjust = "none";
  probe.style.color = `var(${name})`;
  document.querySelector(".charts").append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

function font() {
  return { family: getComputedStyle(document.body).fontFamily, size: 12 };
}

function isFlat(chart) {
  return chart.shape === "bars" || chart.shape === "stacked";
}

// Where each category has one check, no bar is full.
function isCount(chart) {
  return chart.series.every(({ values }) => values.every(Number.isInteger));
}

// Three bars need less room than twelve.
function setHeight(chart, box) {
  if (!isFlat(chart)) return;
  const legend = chart.series.length > 1 ? LEGEND : 0;
  const bars = chart.labels.length * ROW * (chart.shape === "bars" ? chart.series.length : 1);
  box.style.blockSize = `${bars + (chart.shape === "bars" ? 0 : AXIS) + legend}px`;
}

function datasets(chart) {
  const names = chart.shape === "stacked" ? AGES : SERIES;
  // A series without anything is left out of the legend too; the others keep their colours.
  const named = chart.series.map((one, index) => ({ ...one, color: names[index] }));
  return named
    .filter(({ values }) => values.some(Boolean))
    .map((one) => ({
      label: one.name,
      data: one.values,
      backgroundColor: color(one.color, true),
      borderColor: color(one.color, true),
      borderRadius: 2,
      borderWidth: chart.shape === "line" ? 2 : 0,
      pointRadius: 3,
      spanGaps: true,
      maxBarThickness: 26,
    }));
}

function scales(chart) {
  const isStacked = chart.shape === "stacked";
  const grid = { color: color("--line") };
  const ticks = { color: color("--ink-soft"), font: font() };
  const values = {
    display: chart.shape !== "bars",
    beginAtZero: true,
    suggestedMax: isCount(chart) && chart.shape !== "bars" ? FEW : undefined,
    stacked: isStacked,
    grid,
    border: { display: false },
    title: { display: true, text: chart.unit, color: color("--ink-soft"), font: font() },
    ticks: { ...ticks, precision: 0 },
  };
  const labels = {
    stacked: isStacked,
    grid: { display: false },
    // Dates may be left out where there is no room, names may not.
    ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 12, autoSkip: !isFlat(chart) },
  };
  return isFlat(chart) ? { x: values, y: labels } : { x: labels, y: values };
}

// A number at the end of a bar is read at once; an axis below would say it again.
const numbers = {
  id: "numbers",
  afterDatasetsDraw(chart, _how, { color: ink }) {
    const { ctx } = chart;
    ctx.save();
    ctx.fillStyle = ink;
    ctx.font = `${font().size}px ${font().family}`;
    ctx.textBaseline = "middle";
    for (const [index, dataset] of chart.data.datasets.entries()) {
      for (const [row, bar] of chart.getDatasetMeta(index).data.entries()) {
        const value = dataset.data[row];
        if (value !== null) ctx.fillText(value.toLocaleString(document.documentElement.lang), bar.x + 6, bar.y);
      }
    }
    ctx.restore();
  },
};

function options(chart) {
  return {
    layout: { padding: { right: chart.shape === "bars" ? VALUE : 0 } },
    indexAxis: isFlat(chart) ? "y" : "x",
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    scales: scales(chart),
    plugins: {
      numbers: { color: color("--ink") },
      tooltip: {
        callbacks: {
          label: ({ dataset, formattedValue }) =>
            interpolate(gettext("%(label)s: %(value)s (%(unit)s)"), {
              label: dataset.label,
              value: formattedValue,
              unit: chart.unit,
            }),
        },
      },
      legend: {
        display: chart.series.length > 1,
        position: "bottom",
        align: "start",
        labels: { color: color("--ink"), boxWidth: 12, boxHeight: 12, font: font() },
      },
    },
  };
}

function draw() {
  for (const one of drawn.splice(0)) one.destroy();
  for (const chart of JSON.parse(document.getElementById("charts-data").textContent)) {
    const canvas = document.querySelector(`canvas[data-chart="${chart.key}"]`);
    setHeight(chart, canvas.parentElement);
    // One point is no line.
    const type = chart.shape === "line" && chart.labels.length > 1 ? "line" : "bar";
    drawn.push(
      new window.Chart(canvas, {
        type,
        data: { labels: chart.labels, datasets: datasets(chart) },
        options: options(chart),
        plugins: chart.shape === "bars" ? [numbers] : [],
      }),
    );
  }
}

draw();
// The colours come from the theme: draw again when it changes.
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
// A canvas keeps its screen width on paper unless it is told.
window.addEventListener("beforeprint", () => {
  for (const one of drawn) one.resize();
});
