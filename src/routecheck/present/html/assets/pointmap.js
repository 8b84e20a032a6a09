/* The map of one point. ES5. */
(function () {
  "use strict";
  var rc = routecheck, el = rc.el, data = rc.data(), texts = data.texts;
  var node = document.getElementById("map"), map, groups = [], svg;
  var STYLE = [{ color: "#1559a6" }, { color: "#b3261e", dashArray: "9 6" },
    { color: "#00757a", dashArray: "16 3" }, { color: "#1c2126", dashArray: "14 4 2 4" }];

  if (!data.point) { node.parentNode.removeChild(node); return; }
  map = rc.map("map", texts, data.tiles);
  map.setView(data.point, 17);
  svg = L.svg({ padding: 1 });

  function words(text) { return el("span", "", text); }
  function within() { return rc.popup(map); }

  function draw(track, v) {
    var group = L.layerGroup().addTo(map), i, style = STYLE[v % STYLE.length], dot, line, mark;
    for (i = 0; i < track.lines.length; i += 1) {
      line = L.polyline(track.lines[i], { renderer: svg, color: style.color, dashArray: style.dashArray,
        weight: v === 0 ? 3 : 2.5, opacity: 0.8, interactive: false });
      group.addLayer(line);
    }
    for (i = 0; i < track.dots.length; i += 1) {
      dot = track.dots[i];
      mark = L.circleMarker([dot[0], dot[1]], { renderer: svg, radius: 4, weight: 2,
        color: style.color, fillColor: "#fff", fillOpacity: 1 }).bindPopup(words(dot[2]), within());
      if (dot[3]) {
        mark.bindTooltip(words(dot[3]), { permanent: true, direction: dot[4] || "right", offset: [dot[4] === "left" ? -6 : 6, 0],
          className: "pm-time" });
      }
      group.addLayer(mark);
    }
    groups.push(group);
  }

  function place() {
    var i;
    if (data.place) {
      for (i = 0; i < data.place.lines.length; i += 1) {
        L.polyline(data.place.lines[i], { renderer: svg, color: "#1e7138", weight: 4, interactive: false }).addTo(map);
      }
    }
    if (!data.place || !data.place.lines.length) {
      L.circle(data.point, { renderer: svg, radius: data.tolerance, color: "#1e7138", weight: 2,
        dashArray: "6 4", fillOpacity: 0.1, interactive: false }).addTo(map);
    }
    if (data.moved && data.recorded) {
      L.polyline([data.recorded.at, data.point], { renderer: svg, color: "#5a2d91", weight: 2,
        dashArray: "4 5", interactive: false }).addTo(map);
      L.marker(data.recorded.at, { icon: L.divIcon({ className: "", html: "<span class='mk mk-x'>×</span>",
        iconSize: [14, 16] }), title: texts.pm_recorded, alt: texts.pm_recorded, keyboard: false })
        .bindPopup(words(texts.pm_recorded), within()).addTo(map);
    }
    data.rivals.forEach(function (rival) {
      L.circle(rival.at, { renderer: svg, radius: data.tolerance, color: "#b25d00", weight: 2,
        dashArray: "2 5", fillOpacity: 0.06 }).bindPopup(words(rival.text), within()).addTo(map);
    });
    L.marker(data.point, { icon: rc.icon("pm-place", "", 15), alt: texts.pm_judged, zIndexOffset: 500,
      title: data.moved ? texts.pm_judged : texts.pm_both })
      .bindPopup(words(data.moved ? texts.pm_judged : texts.pm_both), within()).addTo(map);
  }

  function size(seconds) { return Math.max(9, Math.min(26, 6 + Math.sqrt(seconds) * 0.9)); }

  data.tracks.forEach(draw);
  data.silences.forEach(function (gap) {
    if (gap.outline.length) {
      groups[gap.v].addLayer(L.polygon(gap.outline, { renderer: svg, className: "prism", weight: 1.5,
        color: "#8f5600" }).bindPopup(words(gap.text), within()));
    }
  });
  data.stands.forEach(function (stand) {
    var wide = size(stand.s), mark = L.marker(stand.at, { icon: L.divIcon({ className: "",
      html: "<span class='mk pm-stand'></span>", iconSize: [wide, wide] }), title: stand.text, alt: stand.text,
      keyboard: false }).bindPopup(words(stand.text), within());
    mark.on("add", function () {
      var box = mark.getElement().firstChild;
      box.style.width = wide + "px";
      box.style.height = wide + "px";
    });
    groups[stand.v].addLayer(mark);
  });
  place();
  function whole() {
    var box = L.latLngBounds(data.fit), i;
    for (i = 0; i < data.silences.length; i += 1) { if (data.silences[i].outline.length) { box.extend(data.silences[i].outline); } }
    if (data.recorded && data.near) { box.extend(data.recorded.at); }
    data.rivals.forEach(function (rival) { box.extend(rival.at); });
    data.tracks.forEach(function (track) { track.dots.forEach(function (dot) { if (dot[3]) { box.extend([dot[0], dot[1]]); } }); });
    map.fitBounds(box.pad(0.05), { animate: false });
  }
  function fit() { map.fitBounds(data.fit, { animate: false }); }
  fit();
  document.addEventListener("change", function (event) {
    var v = event.target.getAttribute("data-vehicle");
    if (v === null) { return; }
    if (event.target.checked) { groups[Number(v)].addTo(map); } else { map.removeLayer(groups[Number(v)]); }
  });
  rc.fitButton(map, texts.fit, whole);
  rc.fitForPrint(map, fit);
  node.setAttribute("data-ready", "1");
}());
