// Draws the live chart over the drawn one, after the page has been read. Without it the drawing stays.
"use strict";
(function () {
  const holder = document.getElementById("chart");
  const figure = document.getElementById("chart-figure");
  if (!holder || !figure) return;

  function draw() {
    const spec = JSON.parse(figure.textContent);
    const live = document.createElement("div");
    live.className = "live";
    holder.replaceChildren(live);
    window.Plotly.newPlot(live, spec.data, spec.layout, spec.config).then(function () {
      holder.dataset.state = "live";
    });
  }

  window.addEventListener("load", function () {
    window.requestAnimationFrame(function () {
      const script = document.createElement("script");
      script.src = holder.dataset.bundle;
      script.onload = draw;
      document.head.append(script);
    });
  });
})();
