/* The map of the daily report, its filters, and the links from the lists to it. ES5. */
(function () {
  "use strict";
  var rc = routecheck, el = rc.el, data = rc.data(), texts = data.texts;
  var STATES = { m: ["mk-m", 22], u: ["mk-u", 16], f: ["mk-f", 13], c: ["mk-c", 10], n: ["mk-n", 8] };
  var LEVEL = { n: 0, c: 100, f: 200, u: 5000, m: 10000 };
  var map = rc.map("map", texts, data.tiles), canvas = L.canvas({ padding: 0.3, tolerance: 5 });
  var rings = L.layerGroup(), recorded = L.layerGroup(), lines = L.layerGroup();
  var shownLayers = { rings: true, recorded: true, tracks: true };
  var byId = {}, marked = null, looked = null;
  /* Tol's bright and vibrant hues that differ for colour-blind readers too; a red one would be a miss. */
  var COLOURS = ["#4477aa", "#228833", "#ee7733", "#aa3377", "#009988", "#997700", "#66aadd", "#7a4fa3"];
  var DASHES = [null, "9 6", "2 6", "14 4 2 4"];
  function colour(vehicle) { return COLOURS[vehicle % COLOURS.length]; }
  /* Of one point: vehicles that have the same colour differ by their dashes. */
  function dash(vehicles, vehicle) {
    var same = 0, i;
    for (i = 0; vehicles[i] !== vehicle && i < vehicles.length; i += 1) {
      if (colour(vehicles[i]) === colour(vehicle)) { same += 1; }
    }
    return DASHES[same % DASHES.length];
  }
  var choice = { township: "*", route: "*", cause: "*", states: { m: 1, u: 1, f: 1, c: 1, n: 1 } };

  function popup(p) {
    var box = el("div"), i, v;
    box.appendChild(el("h4", "", (p.n || texts.no_name) + "  " + p.i));
    box.appendChild(el("p", "sub", data.townships[p.t]));
    if (data.evidence) {
      v = el("a", "to-point", data.evidence.text);
      v.href = data.evidence.before + encodeURIComponent(p.i) + data.evidence.after;
      box.appendChild(v);
    }
    for (i = 0; i < p.v.length; i += 1) {
      v = p.v[i];
      box.appendChild(el("p", "pop-verdict pop-" + v[1], v[0] + "  " + data.verdicts[v[1]] +
        (v[2] ? ": " + data.causes[v[2]] : "")));
      box.appendChild(el("p", "", v[4]));
      if (v[5]) { box.appendChild(el("p", "action", "→ " + v[5])); }
    }
    if (!p.v.length) { box.appendChild(el("p", "", texts.lg_notdue)); }
    for (i = 0; p.w && i < p.w.length; i += 1) {
      v = el("p", "sub");
      v.appendChild(el("span", "pop-way"));
      v.firstChild.style.borderTopColor = colour(p.w[i]);
      v.firstChild.style.borderTopStyle = dash(p.w, p.w[i]) ? "dashed" : "solid";
      v.appendChild(document.createTextNode(texts.way_of.replace("{vehicle}", data.vehicles[p.w[i]])));
      box.appendChild(v);
    }
    for (i = 0; p.a && i < p.a.length; i += 1) {
      box.appendChild(el("p", "pop-verdict", texts.alert + ": " + data.causes[p.a[i][0]]));
      box.appendChild(el("p", "", p.a[i][1]));
      if (p.a[i][2]) { box.appendChild(el("p", "action", "→ " + p.a[i][2])); }
    }
    return box;
  }

  function addPoint(p) {
    var kind = STATES[p.s], at = [p.y, p.x], grave = p.s === "m" || p.s === "u";
    var inner = p.s === "m" ? String(p.k || "!") : p.s === "u" ? "?" : "";
    p.marker = L.marker(at, { icon: rc.icon(kind[0] + (inner.length > 2 ? " mk-wide" : ""), inner, kind[1]), title: (p.n || p.i) + " " + p.i,
      alt: (p.n || "") + " " + p.i, keyboard: grave, zIndexOffset: LEVEL[p.s] });
    p.marker.bindPopup(function () { return popup(p); }, rc.popup(map));
    p.marker.on("popupopen", function () { look(p); });
    p.marker.on("popupclose", function () { if (looked === p) { look(null); } });
    p.extra = [];
    if (p.m) {
      p.extra.push([rings, L.circle(at, { renderer: canvas, radius: p.m, interactive: false, weight: 1,
        dashArray: "4 3", color: "#1e7138", fillOpacity: 0.08 })]);
    }
    if (p.g) {
      p.extra.push([rings, L.polyline(p.g, { renderer: canvas, interactive: false, weight: 3,
        color: "#1e7138" })]);
    }
    if (p.q) {
      p.extra.push([recorded, L.polyline([[p.q[1], p.q[0]], at], { renderer: canvas, weight: 1.5,
        interactive: false, dashArray: "3 4", color: "#5a2d91" })]);
      p.extra.push([recorded, L.marker([p.q[1], p.q[0]], { icon: L.divIcon({ className: "",
        html: "<span class='mk mk-x'>×</span>", iconSize: [14, 16] }), interactive: false, keyboard: false })]);
    }
    byId[p.i] = p;
  }

  function addTrack(track) {
    var flat = track[1], path = [], times = [], x = 0, y = 0, s = 0, i, line;
    for (i = 0; i < flat.length; i += 3) {
      x += flat[i]; y += flat[i + 1]; s += flat[i + 2];
      path.push([y / 1e5, x / 1e5]);
      times.push(s);
    }
    line = L.polyline(path, { renderer: canvas, weight: 2, color: colour(track[0]), opacity: 0.6,
      smoothFactor: 1.5 });
    line.vehicle = track[0];
    line.on("click", function (event) {
      var best = 0, least = Infinity, k, d;
      for (k = 0; k < path.length; k += 1) {
        d = Math.pow(path[k][0] - event.latlng.lat, 2) + Math.pow(path[k][1] - event.latlng.lng, 2);
        if (d < least) { least = d; best = k; }
      }
      L.popup().setLatLng(path[best]).setContent(el("span", "", data.vehicles[track[0]] + "  " +
        rc.clock(times[best]).slice(0, 5)), rc.popup(map)).openOn(map);
    });
    lines.addLayer(line);
  }

  function names() {
    var sums = {}, key, mark, p, i;
    for (i = 0; i < data.points.length; i += 1) {
      p = data.points[i];
      sums[p.t] = sums[p.t] || { x: [], y: [] };
      sums[p.t].x.push(p.x);
      sums[p.t].y.push(p.y);
    }
    function middle(values) { values.sort(number); return values[values.length >> 1]; }
    /* More names than this hide what they name. */
    if (data.townships.length > 40) { return; }
    for (key in sums) {
      if (Object.prototype.hasOwnProperty.call(sums, key) && data.townships[key]) {
        mark = L.marker([middle(sums[key].y), middle(sums[key].x)], { interactive: false, keyboard: false,
          zIndexOffset: 2000, icon: L.divIcon({ className: "town", html: "", iconSize: [120, 16], iconAnchor: [60, 34] }) });
        mark.addTo(map);
        mark.getElement().appendChild(document.createTextNode(data.townships[key]));
      }
    }
  }

  function fits(p) {
    return (choice.township === "*" || p.t === Number(choice.township)) &&
      (choice.route === "*" || p.r.indexOf(Number(choice.route)) >= 0) &&
      (choice.cause === "*" || p.c.indexOf(choice.cause) >= 0);
  }

  function number(a, b) { return a - b; }

  function bounds(points) {
    var box = L.latLngBounds([]), xs = [], ys = [], away = [], i, x, y, shrink, far;
    if (!points.length) { return box; }
    for (i = 0; i < points.length; i += 1) { xs.push(points[i].x); ys.push(points[i].y); }
    x = xs.slice().sort(number)[xs.length >> 1];
    y = ys.slice().sort(number)[ys.length >> 1];
    shrink = Math.cos(y * Math.PI / 180);
    for (i = 0; i < points.length; i += 1) {
      away.push(Math.sqrt(Math.pow((xs[i] - x) * shrink, 2) + Math.pow(ys[i] - y, 2)));
    }
    /* A point recorded in another county must not make the whole area a speck. */
    far = 4 * away.slice().sort(number)[Math.floor(away.length * 0.75)] + 1e-5;
    for (i = 0; i < points.length; i += 1) {
      if (away[i] <= far || points[i].s === "m") { box.extend([ys[i], xs[i]]); }
    }
    return box;
  }

  function fitAll() {
    var visible = [], i, box;
    for (i = 0; i < data.points.length; i += 1) { if (data.points[i].on) { visible.push(data.points[i]); } }
    box = bounds(visible.length ? visible : data.points);
    if (box.isValid()) { map.fitBounds(box.pad(0.04), { maxZoom: 16, animate: false }); }
  }

  function filterLists() {
    var rows = document.querySelectorAll("tr[data-point]"), i, row, ok, groups, k, left, j;
    var town = choice.township === "*" ? null : data.townships[Number(choice.township)];
    var route = choice.route === "*" ? null : data.routes[Number(choice.route)];
    for (i = 0; i < rows.length; i += 1) {
      row = rows[i];
      ok = (town === null || row.getAttribute("data-township") === town) &&
        (route === null || row.getAttribute("data-any-route") || row.getAttribute("data-route") === route) &&
        (choice.cause === "*" || row.getAttribute("data-cause") === choice.cause);
      row.className = ok ? "" : "off";
    }
    groups = document.querySelectorAll(".group");
    for (k = 0; k < groups.length; k += 1) {
      left = groups[k].querySelectorAll("tr[data-point]");
      ok = false;
      for (j = 0; j < left.length; j += 1) { ok = ok || left[j].className !== "off"; }
      groups[k].className = ok ? "group" : "group off";
    }
  }

  function apply() {
    var count = 0, i, j, p, show;
    rings.clearLayers(); recorded.clearLayers();
    for (i = 0; i < data.points.length; i += 1) {
      p = data.points[i];
      show = fits(p) && choice.states[p.s];
      p.on = show;
      if (show) {
        count += 1;
        if (!map.hasLayer(p.marker)) { p.marker.addTo(map); }
        for (j = 0; j < p.extra.length; j += 1) { p.extra[j][0].addLayer(p.extra[j][1]); }
      } else if (map.hasLayer(p.marker)) { map.removeLayer(p.marker); }
    }
    emphasize();
    document.getElementById("shown").textContent =
      texts.shown.replace("{count}", count).replace("{total}", data.points.length);
    filterLists();
  }

  /* Every truck keeps its colour; those that the point or the route is about stand out. */
  function emphasize() {
    var vehicles = looked && looked.w.length ? looked.w :
      choice.route !== "*" ? data.routeVehicles[choice.route] || [] : null;
    lines.eachLayer(function (line) {
      var mine = vehicles !== null && vehicles.indexOf(line.vehicle) >= 0;
      line.setStyle({ weight: mine ? 3.5 : 2, opacity: vehicles === null ? 0.6 : mine ? 0.95 : 0.14,
        dashArray: mine ? dash(vehicles, line.vehicle) : null });
      if (mine) { line.bringToFront(); }
    });
  }

  function look(p) {
    looked = p;
    emphasize();
  }

  function show(id) {
    var p = byId[id], node;
    if (!p) { return; }
    document.getElementById("map-section").scrollIntoView();
    if (!map.hasLayer(p.marker)) { document.getElementById("reset").click(); }
    map.setView([p.y, p.x], 16, { animate: false });
    p.marker.openPopup();
    if (marked) { marked.className = marked.className.replace(" mk-on", ""); }
    node = p.marker.getElement();
    marked = node ? node.firstChild : null;
    if (marked) { marked.className += " mk-on"; }
  }

  function listen() {
    ["township", "route", "cause"].forEach(function (key) {
      document.getElementById("by-" + key).addEventListener("change", function (event) {
        choice[key] = event.target.value;
        apply();
        fitAll();
      });
    });
    document.getElementById("filters").addEventListener("submit", function (e) { e.preventDefault(); });
    document.getElementById("filters").addEventListener("reset", function () {
      var boxes = document.querySelectorAll("input[data-state]"), i;
      for (i = 0; i < boxes.length; i += 1) { boxes[i].checked = true; }
      choice = { township: "*", route: "*", cause: "*", states: { m: 1, u: 1, f: 1, c: 1, n: 1 } };
      apply();
      fitAll();
    });
    document.addEventListener("change", function (event) {
      var state = event.target.getAttribute("data-state"), layer = event.target.getAttribute("data-layer");
      var groups = { tracks: lines, rings: rings, recorded: recorded };
      if (state) { choice.states[state] = event.target.checked ? 1 : 0; apply(); }
      if (layer) {
        shownLayers[layer] = event.target.checked;
        if (event.target.checked) { groups[layer].addTo(map); } else { map.removeLayer(groups[layer]); }
      }
    });
    document.addEventListener("click", function (event) {
      var node = event.target;
      while (node && node !== document) {
        if (node.getAttribute && node.getAttribute("data-show")) { show(node.getAttribute("data-show")); return; }
        node = node.parentNode;
      }
    });
  }

  map.setView([30, 105], 5);
  lines.addTo(map); rings.addTo(map); recorded.addTo(map);
  data.tracks.forEach(addTrack);
  data.points.forEach(addPoint);
  if (data.depot) {
    L.marker([data.depot[1], data.depot[0]], { icon: rc.icon("mk-d", "", 12), title: texts.lg_depot,
      alt: texts.lg_depot, keyboard: false, zIndexOffset: 3000 }).addTo(map);
  }
  apply();
  fitAll();
  names();
  rc.fitButton(map, texts.fit, fitAll);
  listen();
  rc.fitForPrint(map, fitAll);
  rc.navigation();
  document.getElementById("map").setAttribute("data-ready", "1");
}());
