(function () {
  "use strict";
  var box = document.createElement("div");
  box.className = "told";
  box.setAttribute("role", "status");
  document.body.appendChild(box);
  function pixels(drawing, name) {
    return (drawing.dataset[name] || "").split(" ").filter(Boolean).map(Number);
  }
  function nearest(places, at) {
    var best = 0;
    places.forEach(function (place, number) { if (Math.abs(place - at) < Math.abs(places[best] - at)) { best = number; } });
    return best;
  }
  // Tells of one place of a drawing: the number of its position across and of its row.
  function tell(drawing, across, down) {
    var x = pixels(drawing, "x"), y = pixels(drawing, "y");
    var said = JSON.parse(drawing.closest("[data-said]").dataset.said);
    var place = drawing.getBoundingClientRect(), scale = place.width / drawing.viewBox.baseVal.width;
    var text = said[(x.length ? across : 0) + (y.length ? down : 0) * Math.max(x.length, 1)];
    if (!text) { box.style.display = "none"; return; }
    box.textContent = text;
    box.style.display = "block";
    var left = place.left + (x.length ? x[across] * scale : place.width / 2);
    var top = place.top + (y.length ? y[down] * scale : 24);
    box.style.left = Math.max(8, Math.min(left + 14, innerWidth - box.offsetWidth - 8)) + scrollX + "px";
    box.style.top = top + scrollY + "px";
  }
  function hide() { box.style.display = "none"; }
  document.querySelectorAll("[data-said] > svg").forEach(function (drawing) {
    var across = 0, down = 0;
    drawing.addEventListener("pointermove", function (event) {
      var place = drawing.getBoundingClientRect(), scale = place.width / drawing.viewBox.baseVal.width;
      across = nearest(pixels(drawing, "x"), (event.clientX - place.left) / scale);
      down = nearest(pixels(drawing, "y"), (event.clientY - place.top) / scale);
      tell(drawing, across, down);
    });
    drawing.addEventListener("pointerleave", hide);
    drawing.addEventListener("blur", hide);
    drawing.addEventListener("keydown", function (event) {
      var step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (event.key === "Escape") { hide(); }
      if (!step) { return; }
      event.preventDefault();
      across = Math.max(0, Math.min(across + step[0], pixels(drawing, "x").length - 1));
      down = Math.max(0, Math.min(down + step[1], pixels(drawing, "y").length - 1));
      tell(drawing, across, down);
    });
  });
})();
