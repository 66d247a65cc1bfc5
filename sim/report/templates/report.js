(function () {
  "use strict";
  var charts = JSON.parse(document.getElementById("charts").textContent);
  var config = { displayModeBar: false, responsive: true, scrollZoom: false };
  // Names on one line and smaller figures, where bars are no wider than a line.
  function narrow(chart) {
    var found = JSON.parse(JSON.stringify(chart).replace(/<br>/g, " "));
    found.layout.annotations.forEach(function (one) { if (one.yanchor === "bottom" && one.font) { one.font.size = 8; } });
    return found;
  }
  document.querySelectorAll("[data-chart]").forEach(function (place) {
    var chart = charts[place.dataset.chart];
    if (place.clientWidth < 560 && chart.data[0].type === "waterfall") { chart = narrow(chart); }
    Plotly.newPlot(place, chart.data, chart.layout, config);
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
    document.querySelectorAll("[data-chart]").forEach(function (place) { Plotly.Plots.resize(place); });
  });
})();
