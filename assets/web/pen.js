/* 砚台 pen.js: writing on a page of a document with finger, pen or mouse, and playing it again. Points are hundredths of
   a millimetre with pressure and time. ES2017, no library; without it the page is the same and nothing is written. */
(function () {
  'use strict';
  var doc = document, NS = 'http://www.w3.org/2000/svg';
  var all = function (sel, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(sel)); };
  var MOST = 12000;

  /* ---- writing ---- */
  function pad(form) {
    var on = form.querySelector('[data-pen-on]'), bar = form.querySelector('[data-pen-off]');
    var strokes = [], drawn = [], page = null, now = null, path = null, began = 0, count = 0;
    if (!window.PointerEvent) return;
    var sheets = all('svg.a4[data-page]');
    function mode(writing) {
      doc.body.classList.toggle('penning', writing);
      bar.hidden = !writing;
      on.hidden = writing;
    }
    function drop() {
      drawn.forEach(function (p) { p.parentNode.removeChild(p); });
      strokes = []; drawn = []; page = null; now = null; count = 0;
    }
    function point(svg, e) {
      var box = svg.getBoundingClientRect();
      var x = Math.round((e.clientX - box.left) / box.width * 21000);
      var y = Math.round((e.clientY - box.top) / box.height * 29700);
      var press = e.pressure > 0 ? e.pressure : 0.5;
      if (x < 0 || y < 0 || x > 21000 || y > 29700) return null;
      var at = Math.max(0, Math.round(e.timeStamp - began));
      return [x, y, Math.min(1000, Math.round(press * 1000)), Math.min(at, 1800000)];
    }
    function put(svg, e) {
      var p = point(svg, e);
      if (!p || count >= MOST) return;
      var n = now.length;
      if (n && Math.abs(now[n - 4] - p[0]) + Math.abs(now[n - 3] - p[1]) < 8) return;
      now.push(p[0], p[1], p[2], p[3]);
      count++;
      path.setAttribute('d', path.getAttribute('d') + (n ? 'L' : 'M') + p[0] / 10 + ' ' + p[1] / 10);
    }
    sheets.forEach(function (svg) {
      svg.addEventListener('pointerdown', function (e) {
        if (bar.hidden || e.button > 0 || now) return;
        if (page !== null && page !== svg.dataset.page) {
          window.alert('一次写一页。请先保存这一页上的手写，再写另一页。');
          return;
        }
        if (strokes.length >= 400 || count >= MOST) { window.alert('写得很多了，请先保存再接着写。'); return; }
        e.preventDefault();
        if (!began) began = e.timeStamp;
        page = svg.dataset.page;
        now = [];
        path = doc.createElementNS(NS, 'path');
        path.setAttribute('class', 'wet');
        path.setAttribute('d', '');
        svg.appendChild(path);
        if (svg.setPointerCapture) svg.setPointerCapture(e.pointerId);
        put(svg, e);
      });
      svg.addEventListener('pointermove', function (e) {
        if (!now) return;
        e.preventDefault();
        var more = e.getCoalescedEvents ? e.getCoalescedEvents() : [];
        (more.length ? more : [e]).forEach(function (one) { put(svg, one); });
      });
      var up = function () {
        if (!now) return;
        if (now.length) { strokes.push(now); drawn.push(path); } else path.parentNode.removeChild(path);
        now = null;
      };
      svg.addEventListener('pointerup', up);
      svg.addEventListener('pointercancel', up);
    });
    on.addEventListener('click', function () { mode(true); });
    form.querySelector('[data-pen-undo]').addEventListener('click', function () {
      var last = drawn.pop(), gone = strokes.pop();
      if (last) last.parentNode.removeChild(last);
      if (gone) count -= gone.length / 4;
      if (!strokes.length) page = null;
    });
    form.querySelector('[data-pen-drop]').addEventListener('click', function () { drop(); mode(false); });
    form.addEventListener('submit', function (e) {
      if (!strokes.length) {
        e.preventDefault();
        e.stopImmediatePropagation();
        window.alert('还没有写。请先在公文上写，再保存。');
        return;
      }
      form.elements.page.value = page;
      form.elements.strokes.value = JSON.stringify(strokes);
    }, true);
  }
  all('form[data-pen]').forEach(pad);

  /* ---- playing it again, as fast as it was written, pauses cut short ---- */
  function replay() {
    var hands = all('.hand'), jobs = [], end = 0;
    hands.forEach(function (g) {
      var from = end, last = 0, shift = 0;
      all('path[data-points]', g).forEach(function (p) {
        var points = p.dataset.points.split(' ').map(function (s) { return s.split(',').map(Number); });
        if (!points.length) return;
        shift += Math.max(0, points[0][3] - last - 400);
        last = points[points.length - 1][3];
        jobs.push({ path: p, points: points, from: from - shift, wet: null, n: 0 });
        end = from - shift + last;
      });
      end += 400;
    });
    jobs.forEach(function (j) { j.path.setAttribute('visibility', 'hidden'); });
    var start = 0;
    function step(t) {
      if (!start) start = t;
      var left = false;
      jobs.forEach(function (j) {
        if (j.n >= j.points.length) return;
        while (j.n < j.points.length && j.points[j.n][3] + j.from <= t - start) {
          if (!j.wet) {
            j.wet = doc.createElementNS(NS, 'path');
            j.wet.setAttribute('class', 'wet');
            j.wet.setAttribute('d', '');
            j.path.parentNode.appendChild(j.wet);
          }
          var p = j.points[j.n];
          j.wet.setAttribute('d', j.wet.getAttribute('d') + (j.n ? 'L' : 'M') + p[0] / 10 + ' ' + p[1] / 10);
          j.n++;
        }
        if (j.n < j.points.length) { left = true; return; }
        j.path.removeAttribute('visibility');
        if (j.wet) j.wet.parentNode.removeChild(j.wet);
      });
      if (left) window.requestAnimationFrame(step);
    }
    window.requestAnimationFrame(step);
  }
  all('[data-replay]').forEach(function (b) { b.addEventListener('click', replay); });
})();
