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
      readByKeyboard(live, spec.data);
      holder.dataset.state = "live";
    });
  }

  // One place after the other, with its words in the page and its hover on the chart.
  function readByKeyboard(live, traces) {
    const reader = document.getElementById("reader");
    const place = document.getElementById("reader-place");
    const words = document.getElementById("reader-words");
    const spots = [];
    traces.forEach(function (trace, curve) {
      (trace.text || []).forEach(function (text, point) {
        spots[trace.x[point]] = { curve: curve, point: point, text: plain(text), drawn: trace.y[point] !== null };
      });
    });

    function tell() {
      const spot = spots[place.value];
      words.textContent = spot.text;
      place.setAttribute("aria-valuetext", spot.text);
      window.Plotly.Fx.hover(live, spot.drawn ? [{ curveNumber: spot.curve, pointNumber: spot.point }] : []);
    }

    place.addEventListener("input", tell);
    reader.hidden = false;
    words.textContent = spots[place.value].text;
    place.setAttribute("aria-valuetext", spots[place.value].text);
  }

  // Labels are escaped for Plotly, which reads markup.
  function plain(text) {
    return new DOMParser().parseFromString(text, "text/html").body.textContent;
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
