(function () {
  "use strict";
  var charts = JSON.parse(document.getElementById("charts").textContent);
  var config = { displayModeBar: false, responsive: true, scrollZoom: false };
  document.querySelectorAll("[data-chart]").forEach(function (place) {
    var chart = charts[place.dataset.chart];
    Plotly.newPlot(place, chart.data, chart.layout, config);
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
    document.querySelectorAll("[data-chart]").forEach(function (place) { Plotly.Plots.resize(place); });
  });
})();
