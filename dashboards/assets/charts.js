// Draws each live chart over the drawn one when it comes near the screen. Without it the drawings stay.
"use strict";
(function () {
  const holders = document.querySelectorAll(".chart[data-bundle]");
  if (!holders.length) return;

  function draw(holder) {
    const spec = JSON.parse(document.getElementById(holder.id + "-figure").textContent);
    const live = document.createElement("div");
    live.className = "live";
    holder.replaceChildren(live);
    window.Plotly.newPlot(live, spec.data, spec.layout, spec.config).then(function () {
      if (holder.id === "chart") readByKeyboard(live, spec.data);
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

  function drawThoseNear() {
    const near = new IntersectionObserver(function (entries) {
      entries.filter((entry) => entry.isIntersecting).forEach(function (entry) {
        near.unobserve(entry.target);
        window.setTimeout(draw, 0, entry.target); // each by itself, so that the first is there before the second
      });
    }, { rootMargin: "500px" });
    holders.forEach((holder) => near.observe(holder));
  }

  window.addEventListener("load", function () {
    window.requestAnimationFrame(function () {
      const script = document.createElement("script");
      script.src = holders[0].dataset.bundle;
      script.onload = drawThoseNear;
      document.head.append(script);
    });
  });
})();
