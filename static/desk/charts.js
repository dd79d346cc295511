/* Draws the tables of the front page as bars. Each chart repeats its table, so that nothing is
   lost without it: no script, a screen reader, a small window. */
(() => {
  "use strict";

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const TONES = ["--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-5"];
  const ROW = 26;
  const FRAME = 58;
  const LONGEST_NAME = 14;

  const shortened = (words) =>
    words.length > LONGEST_NAME ? `${words.slice(0, LONGEST_NAME - 1)}…` : words;
  const words = (cell) => cell.textContent.trim();

  /* One column of the table as bars; a hidden number has none. */
  const bars = (table, column, tone) => ({
    label: words(table.tHead.rows[0].cells[column + 1]),
    data: [...table.tBodies[0].rows].map((row) => Number(words(row.cells[column + 1])) || 0),
    backgroundColor: colour(tone),
    maxBarThickness: 16,
  });

  const axis = (stacked, more) => ({
    stacked,
    grid: { color: colour("--hairline-color"), drawTicks: false },
    border: { display: false },
    ticks: { color: colour("--body-quiet-color"), ...more },
  });

  const draw = (canvas) => {
    const table = document.getElementById(canvas.dataset.table);
    const columns = canvas.dataset.columns.split(" ").map(Number);
    const stacked = "stacked" in canvas.dataset;
    const names = [...table.tBodies[0].rows].map((row) => shortened(words(row.cells[0])));
    const tones = columns.length > 1 ? (stacked ? TONES : ["--chart-2", "--chart-4"]) : ["--chart-3"];
    const rows = names.length * (stacked ? 1 : columns.length);
    const box = canvas.parentElement;
    box.hidden = false;
    box.style.height = `${FRAME + ROW * Math.max(rows, 2)}px`;
    return new Chart(canvas, {
      type: "bar",
      data: { labels: names, datasets: columns.map((column, at) => bars(table, column, tones[at])) },
      options: {
        animation: false,
        indexAxis: "y",
        maintainAspectRatio: false,
        scales: {
          x: axis(stacked, { precision: 0 }),
          y: { ...axis(stacked, { autoSkip: false }), grid: { display: false } },
        },
        plugins: {
          legend: {
            display: columns.length > 1,
            position: "bottom",
            onClick: () => {},
            labels: { color: colour("--body-fg"), boxWidth: 12, boxHeight: 12 },
          },
        },
      },
    });
  };

  const canvases = [...document.querySelectorAll("canvas[data-table]")];
  let charts = [];
  const redraw = () => {
    charts.forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    charts = canvases.map(draw);
  };
  redraw();
  /* The colours follow the theme: the desk's own switch, or the system's. */
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
})();
