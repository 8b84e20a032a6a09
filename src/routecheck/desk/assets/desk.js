/* What every page of the desk does in the browser: parts that come later. */
(function () {
  "use strict";
  function said(box, text) {
    var line = document.createElement("p");
    line.className = "warning";
    line.appendChild(document.createTextNode(text));
    box.textContent = "";
    box.appendChild(line);
  }

  function put(box, html) {
    var wanted, script;
    /* Made by our own templates, which escape what is filled in; scripts in it do not run. */
    box.innerHTML = html;
    wanted = box.querySelector("[data-script]");
    if (wanted) {
      script = document.createElement("script");
      script.src = wanted.getAttribute("data-script");
      document.body.appendChild(script);
    }
    box.setAttribute("data-loaded", "1");
  }

  function load(box) {
    return fetch(box.getAttribute("data-load"), { credentials: "same-origin", headers: { "X-Part": "1" } })
      .then(function (answer) {
        return answer.text().then(function (html) {
          if (answer.ok) { put(box, html); return; }
          var told = new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]");
          said(box, told ? told.textContent : box.getAttribute("data-failed"));
        });
      })
      .catch(function () { said(box, box.getAttribute("data-failed")); });
  }

  /* What takes seconds each comes one after another: one session judges it. */
  function inTurn(boxes, at) {
    var told = document.getElementById("changed"), count;
    if (told) {
      count = document.querySelectorAll("[data-changes]").length;
      told.textContent = told.getAttribute("data-text").replace("{count}", count)
        .replace("{done}", at).replace("{total}", boxes.length);
    }
    if (at < boxes.length) { load(boxes[at]).then(function () { inTurn(boxes, at + 1); }); }
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-load]:not([data-turn])"), function (box) { load(box); });
  inTurn(Array.prototype.slice.call(document.querySelectorAll("[data-turn]")), 0);
}());
