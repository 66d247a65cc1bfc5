(function () {
  "use strict";
  var data = JSON.parse(document.querySelector("main").dataset.cells);
  var sliders = Array.prototype.slice.call(document.querySelectorAll("input[type=range]"));
  var across = data.axes[0].length;
  function show() {
    var at = sliders.map(function (one) { return Number(one.value); });
    var cell = at[0] + (at[1] || 0) * across;
    sliders.forEach(function (one, n) {
      var said = data.axes[n][at[n]];
      one.setAttribute("aria-valuetext", said);
      document.getElementById("value-" + n).textContent = said;
    });
    data.cells[cell].forEach(function (text, n) { document.getElementById("figure-" + n).textContent = text; });
    document.querySelectorAll("[data-cell]").forEach(function (one) {
      one.classList.toggle("here", Number(one.dataset.cell) === cell);
    });
  }
  sliders.forEach(function (one) { one.addEventListener("input", show); });
  document.querySelectorAll("[data-cell]").forEach(function (one) {
    one.addEventListener("click", function () {
      sliders[0].value = Number(one.dataset.cell) % across;
      if (sliders[1]) { sliders[1].value = Math.floor(Number(one.dataset.cell) / across); }
      show();
    });
  });
  show();
})();
