/* A vehicle's track on the map, played through its day. */
(function () {
  "use strict";
  var rc = routecheck, holder = document.getElementById("map"), data, texts, map, box, first, last, canvas;
  if (!holder) { return; }
  data = rc.data();
  texts = data.texts;
  map = rc.map("map", texts, data.tiles);
  canvas = L.canvas({ padding: 0.3, tolerance: 4 });
  box = L.latLngBounds([]);
  map.setView([30, 105], 5);
  function words(text) { return rc.el("span", "", text); }
  function place(row) { return [row[0], row[1]]; }
  function minute(s) { return rc.clock(s).slice(0, 5); }

  data.lines.forEach(function (line) {
    var path = line.map(place);
    L.polyline(path, { renderer: canvas, color: "#7d8b99", weight: 2, opacity: 0.8, interactive: false }).addTo(map);
    path.forEach(function (at) { box.extend(at); });
  });
  first = data.lines[0][0][2];
  last = data.lines[data.lines.length - 1].slice(-1)[0][2];
  var done = L.polyline([], { renderer: canvas, color: "#1559a6", weight: 4, interactive: false }).addTo(map);
  data.stops.forEach(function (stop) {
    L.circleMarker(place(stop), { renderer: canvas, radius: Math.max(3, Math.min(9, 2 + Math.sqrt(stop[3] - stop[2]) / 5)),
      weight: 1, color: "#1c2126", fillColor: "#1c2126", fillOpacity: 0.35 })
      .bindPopup(words(texts.stood_from.replace("{from}", minute(stop[2])).replace("{until}", minute(stop[3])))).addTo(map);
  });
  data.points.forEach(function (point) {
    var link = rc.el("a", "", point[3] + "  " + minute(point[2]));
    link.href = point[4];
    L.marker(place(point), { icon: rc.icon("mk-c", "", 10), title: point[3], alt: point[3], keyboard: false })
      .bindPopup(link).addTo(map);
  });
  var truck = L.marker(place(data.lines[0][0]), { icon: rc.icon("mk-truck", "", 18), zIndexOffset: 3000,
    keyboard: false, interactive: false }).addTo(map);

  var slider = document.getElementById("time"), clock = document.getElementById("clock");
  var play = document.getElementById("play"), speed = document.getElementById("speed"), timer = null, told;
  slider.min = first;
  slider.max = last;
  slider.value = first;

  function show(now) {
    var done_lines = [], at = null, i, k, line, a, b, share, silent = true;
    for (i = 0; i < data.lines.length; i += 1) {
      line = data.lines[i];
      if (line[0][2] > now) { break; }
      var part = [];
      for (k = 0; k < line.length && line[k][2] <= now; k += 1) { part.push(place(line[k])); }
      if (k < line.length) {
        a = line[k - 1];
        b = line[k];
        share = (now - a[2]) / Math.max(1, b[2] - a[2]);
        part.push([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]);
        silent = false;
      } else if (line[line.length - 1][2] === now) { silent = false; }
      at = part[part.length - 1];
      done_lines.push(part);
    }
    done.setLatLngs(done_lines);
    if (at) { truck.setLatLng(at); }
    truck.getElement().firstChild.className = "mk mk-truck" + (silent ? " mk-silent" : "");
    told = minute(now) + (silent ? "  " + texts.silent : "");
    clock.textContent = told;
    slider.setAttribute("aria-valuetext", told);
  }
  function stop() {
    window.clearInterval(timer);
    timer = null;
    play.textContent = texts.play;
  }
  function step() {
    var next = Number(slider.value) + Number(speed.value) * 0.1;
    slider.value = Math.min(next, last);
    show(Number(slider.value));
    if (next >= last) { stop(); }
  }
  play.addEventListener("click", function () {
    if (timer !== null) { stop(); return; }
    if (Number(slider.value) >= last) { slider.value = first; }
    play.textContent = texts.pause;
    timer = window.setInterval(step, 100);
  });
  slider.addEventListener("input", function () { show(Number(slider.value)); });
  function whole() { if (box.isValid()) { map.fitBounds(box.pad(0.04), { maxZoom: 17, animate: false }); } }
  whole();
  show(first);
  rc.fitButton(map, texts.fit, whole);
  rc.fitForPrint(map, whole);
  holder.setAttribute("data-ready", "1");
}());
