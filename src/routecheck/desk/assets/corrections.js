/* A correction on the map, before and after, and the keys that decide. */
(function () {
  "use strict";
  var KEYS = { a: "accept", r: "reject", u: "undo", s: "skip" }, sent = false;

  document.addEventListener("submit", function (event) {
    if (sent) { event.preventDefault(); return; }
    sent = true;
  });
  /* A page that comes back from the browser's memory may be sent again. */
  window.addEventListener("pageshow", function () { sent = false; });
  document.addEventListener("keydown", function (event) {
    var name = KEYS[event.key], node = name && document.getElementById(name), at = event.target.tagName;
    if (!node || event.ctrlKey || event.altKey || event.metaKey || event.repeat) { return; }
    if (at === "INPUT" || at === "SELECT" || at === "TEXTAREA") { return; }
    event.preventDefault();
    if (node.tagName === "FORM") { node.querySelector("button").click(); } else { node.click(); }
  });

  var holder = document.getElementById("data"), data, map, texts, box;
  if (!holder) { return; }
  data = routecheck.data();
  texts = data.texts;
  map = routecheck.map("map", texts, data.tiles);
  box = L.latLngBounds([]);
  map.setView(data.now || data.was || [30, 105], 17);
  function words(text) { return routecheck.el("span", "", text); }
  data.stands.forEach(function (stand) {
    L.circleMarker([stand[0], stand[1]], { radius: Math.max(3, Math.min(9, 2 + Math.sqrt(stand[2]) / 4)), weight: 1,
      color: "#1c2126", fillColor: "#1c2126", fillOpacity: 0.35 })
      .bindPopup(words(stand[3] + "  " + texts.stood.replace("{seconds}", stand[2]))).addTo(map);
  });
  if (data.now) {
    L.circle(data.now, { radius: data.tolerance, color: "#1e7138", weight: 2, dashArray: "6 4", fillOpacity: 0.08,
      interactive: false }).addTo(map);
    box.extend(data.now);
  }
  if (data.was) {
    if (data.now) {
      L.polyline([data.was, data.now], { color: "#5a2d91", weight: 2, dashArray: "4 5", interactive: false }).addTo(map);
    }
    L.marker(data.was, { icon: L.divIcon({ className: "", html: "<span class='mk mk-x'>×</span>", iconSize: [14, 16] }),
      title: texts.recorded, alt: texts.recorded, keyboard: false }).bindPopup(words(texts.recorded)).addTo(map);
  }
  if (data.now) {
    L.marker(data.now, { icon: routecheck.icon("pm-place", "", 15), title: texts.proposed, alt: texts.proposed,
      zIndexOffset: 500 }).bindPopup(words(texts.proposed)).addTo(map);
  }
  function whole() {
    var all = L.latLngBounds(box.isValid() ? [box.getCenter()] : []);
    if (data.now) { all.extend(data.now); }
    if (data.was && (!data.now || map.distance(data.was, data.now) < 5000)) { all.extend(data.was); }
    if (all.isValid()) { map.fitBounds(all.pad(0.35), { maxZoom: 18, animate: false }); }
  }
  whole();
  routecheck.fitButton(map, texts.fit, whole);
  routecheck.fitForPrint(map, whole);
  document.getElementById("map").setAttribute("data-ready", "1");
}());
