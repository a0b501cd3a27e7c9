/* 砚台 pen.js: writing on a page of a document, or in an opinion's box, with finger, pen or mouse, and playing it again.
   Points are hundredths of a millimetre with pressure and time. ES2017, no library; without it the page is the same and
   nothing is written. */
(function () {
  'use strict';
  var doc = document, NS = 'http://www.w3.org/2000/svg';
  var all = function (sel, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(sel)); };
  var MOST = 12000;

  /* What one hand writes: strokes, and the lines that show them. `may` is asked before each stroke. */
  function Hand(may, done) {
    var self = this;
    self.strokes = [];
    self.drawn = [];
    var now = null, path = null, began = 0, count = 0;
    function line(svg) {
      var one = doc.createElementNS(NS, 'path');
      one.setAttribute('class', 'wet');
      one.setAttribute('d', '');
      svg.appendChild(one);
      return one;
    }
    function on(one, first, x, y) {
      one.setAttribute('d', one.getAttribute('d') + (first ? 'M' : 'L') + x / 10 + ' ' + y / 10);
    }
    function point(svg, e, size) {
      var box = svg.getBoundingClientRect();
      var x = Math.round((e.clientX - box.left) / box.width * size[0]);
      var y = Math.round((e.clientY - box.top) / box.height * size[1]);
      var press = e.pressure > 0 ? e.pressure : 0.5;
      if (x < 0 || y < 0 || x > size[0] || y > size[1]) return null;
      var at = Math.max(0, Math.round(e.timeStamp - began));
      return [x, y, Math.min(1000, Math.round(press * 1000)), Math.min(at, 1800000)];
    }
    function put(svg, e, size) {
      var p = point(svg, e, size);
      if (!p || count >= MOST) return;
      var n = now.length;
      if (n && Math.abs(now[n - 4] - p[0]) + Math.abs(now[n - 3] - p[1]) < 8) return;
      now.push(p[0], p[1], p[2], p[3]);
      count++;
      on(path, !n, p[0], p[1]);
    }
    /* size in hundredths of a millimetre; the svg's own units are tenths */
    self.writesOn = function (svg, size) {
      svg.addEventListener('pointerdown', function (e) {
        if (e.button > 0 || now || !may(svg)) return;
        if (self.strokes.length >= 400 || count >= MOST) { window.alert('写得很多了，请先保存再接着写。'); return; }
        e.preventDefault();
        if (!began) began = e.timeStamp;
        now = [];
        path = line(svg);
        if (svg.setPointerCapture) svg.setPointerCapture(e.pointerId);
        put(svg, e, size);
      });
      svg.addEventListener('pointermove', function (e) {
        if (!now) return;
        e.preventDefault();
        var more = e.getCoalescedEvents ? e.getCoalescedEvents() : [];
        (more.length ? more : [e]).forEach(function (one) { put(svg, one, size); });
      });
      var up = function () {
        if (!now) return;
        if (now.length) { self.strokes.push(now); self.drawn.push(path); } else path.parentNode.removeChild(path);
        now = null;
        done();
      };
      svg.addEventListener('pointerup', up);
      svg.addEventListener('pointercancel', up);
    };
    /* What came back with a refused form or a draft goes on where it stopped. */
    self.again = function (svg, strokes) {
      var last = 0;
      strokes.forEach(function (s) {
        var one = line(svg);
        for (var i = 0; i + 3 < s.length; i += 4) { on(one, !i, s[i], s[i + 1]); last = s[i + 3]; count++; }
        self.strokes.push(s);
        self.drawn.push(one);
      });
      if (strokes.length) began = window.performance.now() - last;
    };
    self.undo = function () {
      var last = self.drawn.pop(), gone = self.strokes.pop();
      if (last) last.parentNode.removeChild(last);
      if (gone) count -= gone.length / 4;
      done();
    };
    self.drop = function () {
      self.drawn.forEach(function (p) { p.parentNode.removeChild(p); });
      self.strokes = [];
      self.drawn = [];
      now = null;
      count = 0;
      done();
    };
  }

  /* ---- on the pages of a document ---- */
  function pad(form) {
    var on = form.querySelector('[data-pen-on]'), bar = form.querySelector('[data-pen-off]'), page = null;
    if (!window.PointerEvent) return;
    function mode(writing) {
      doc.body.classList.toggle('penning', writing);
      bar.hidden = !writing;
      on.hidden = writing;
    }
    var hand = new Hand(function (svg) {
      if (bar.hidden) return false;
      if (page !== null && page !== svg.dataset.page) {
        window.alert('一次写一页。请先保存这一页上的手写，再写另一页。');
        return false;
      }
      page = svg.dataset.page;
      return true;
    }, function () { if (!hand.strokes.length) page = null; });
    all('svg.a4[data-page]').forEach(function (svg) { hand.writesOn(svg, [21000, 29700]); });
    on.addEventListener('click', function () { mode(true); });
    form.querySelector('[data-pen-undo]').addEventListener('click', hand.undo);
    form.querySelector('[data-pen-drop]').addEventListener('click', function () { hand.drop(); mode(false); });
    form.addEventListener('submit', function (e) {
      if (!hand.strokes.length) {
        e.preventDefault();
        e.stopImmediatePropagation();
        window.alert('还没有写。请先在公文上写，再保存。');
        return;
      }
      form.elements.page.value = page;
      form.elements.strokes.value = JSON.stringify(hand.strokes);
    }, true);
  }
  all('form[data-pen]').forEach(pad);

  /* ---- in the box of an opinion ---- */
  function box(place) {
    var kept = place.querySelector('input[type=hidden]'), svg = place.querySelector('svg');
    var on = place.querySelector('[data-hand-on]'), off = place.querySelector('[data-hand-off]');
    if (!window.PointerEvent) { place.hidden = true; return; }
    function mode(writing) { off.hidden = !writing; on.hidden = writing; }
    var before = [];
    try { before = JSON.parse(kept.value || '[]'); } catch (e) { before = []; }
    var hand = new Hand(function () { return true; }, function () {
      kept.value = hand.strokes.length ? JSON.stringify(hand.strokes) : '';
      /* the draft is kept with it */
      kept.dispatchEvent(new Event('input', { bubbles: true }));
    });
    hand.writesOn(svg, [Number(svg.dataset.wide), Number(svg.dataset.high)]);
    if (before.length) { hand.again(svg, before); mode(true); }
    on.addEventListener('click', function () { mode(true); });
    place.querySelector('[data-hand-undo]').addEventListener('click', hand.undo);
    place.querySelector('[data-hand-drop]').addEventListener('click', function () { hand.drop(); mode(false); });
  }
  all('[data-handbox]').forEach(box);

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
