/* What the report and the map of one point share. ES5: old office browsers read it too. */
var routecheck = (function () {
  "use strict";
  function el(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined && text !== null) { node.appendChild(document.createTextNode(text)); }
    return node;
  }
  function two(n) { return (n < 10 ? "0" : "") + n; }
  function clock(seconds) {
    var s = Math.max(0, Math.round(seconds)), h = Math.floor(s / 3600);
    return two(h % 24) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
  }
  function data() { return JSON.parse(document.getElementById("data").textContent); }
  function map(id, texts, tiles) {
    var made = L.map(id, { zoomControl: false, attributionControl: false, minZoom: 5, maxZoom: 19,
      zoomSnap: 0.5, preferCanvas: true, worldCopyJump: false });
    L.control.zoom({ zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(made);
    L.control.scale({ imperial: false, maxWidth: 150 }).addTo(made);
    if (tiles) { L.tileLayer(tiles, { maxZoom: 19, opacity: 0.75 }).addTo(made); }
    return made;
  }
  /* A pop-up within its map: not wider than a phone, and not under the buttons. */
  function popup(made) {
    var size = made.getSize();
    return { maxWidth: Math.max(160, Math.min(320, size.x - 60)), maxHeight: Math.max(140, Math.min(300, size.y - 190)),
      autoPanPaddingTopLeft: [12, size.x < 600 ? 96 : 20], autoPanPaddingBottomRight: [12, 12] };
  }
  function navigation() {
    var nav = document.querySelector("nav");
    if (!nav) { return; }
    function measure() {
      var sticks = window.getComputedStyle(nav).position !== "static";
      document.documentElement.style.scrollPaddingTop = (sticks ? nav.offsetHeight + 8 : 4) + "px";
    }
    measure();
    window.addEventListener("resize", measure);
  }
  function icon(className, inner, size) {
    return L.divIcon({ className: "", html: "<span class='mk " + className + "'>" +
      (inner ? "<b>" + inner + "</b>" : "") + "</span>", iconSize: [size, size] });
  }
  function fitForPrint(made, fit) {
    var before;
    function begin() {
      if (before) { return; }
      before = { centre: made.getCenter(), zoom: made.getZoom() };
      document.body.className += " printing";
      made.invalidateSize({ animate: false });
      fit();
    }
    function end() {
      if (!before) { return; }
      document.body.className = document.body.className.replace(" printing", "");
      made.invalidateSize({ animate: false });
      made.setView(before.centre, before.zoom, { animate: false });
      before = null;
    }
    if ("onbeforeprint" in window) {
      window.addEventListener("beforeprint", begin);
      window.addEventListener("afterprint", end);
    }
  }
  function fitButton(made, text, fit) {
    var control = L.control({ position: "topright" });
    control.onAdd = function () {
      var button = el("button", "fit", text);
      button.type = "button";
      L.DomEvent.disableClickPropagation(button);
      L.DomEvent.on(button, "click", fit);
      return button;
    };
    control.addTo(made);
  }
  return { navigation: navigation, popup: popup, fitButton: fitButton, el: el, clock: clock, data: data, map: map, icon: icon, fitForPrint: fitForPrint };
}());
