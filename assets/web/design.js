/* 砚台 design.js. The designer's pages: edits without a full load, the grid by keyboard. Everything works without
   it as links and buttons. ES2017, no library. */
(function () {
  'use strict';
  var doc = document, pressed = null, busy = false;
  var all = function (sel, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(sel)); };

  /* ---- an edit: the answer's page takes the place of this one, and the eye stays where it was ---- */
  function put(html, url) {
    var next = new DOMParser().parseFromString(html, 'text/html').getElementById('main');
    var main = doc.getElementById('main');
    if (!next || !main) return false;
    var focus = doc.activeElement, name = focus && focus.getAttribute('name'), value = focus && focus.value;
    var cell = focus && focus.closest && focus.closest('[data-cell]');
    var at = cell && cell.getAttribute('data-cell');
    main.innerHTML = next.innerHTML;
    dirty = !!main.querySelector('.errors');
    history.replaceState(null, '', url);
    ready();
    var bad = main.querySelector('.errors');
    var again = at && main.querySelector('[data-cell="' + at + '"]');
    if (bad) bad.focus();
    else if (again && main.querySelector('.cell.picked')) main.querySelector('.cell.picked').focus();
    else if (name) {
      var same = all('[name="' + name + '"]', main).filter(function (el) { return el.tagName !== 'BUTTON' || el.value === value; })[0];
      if (same) same.focus();
    }
    return true;
  }
  function send(form, by) {
    if (busy) return;
    busy = true;
    var data = new URLSearchParams();
    new FormData(form).forEach(function (v, k) { if (typeof v === 'string') data.append(k, v); });
    if (by && by.name) data.append(by.name, by.value);
    fetch(form.getAttribute('action'), { method: 'POST', body: data, credentials: 'same-origin' })
      .then(function (r) {
        return r.text().then(function (t) {
          var url = r.redirected ? r.url : location.href;
          if ((r.ok || r.status === 422) && put(t, url)) return;
          dirty = false;
          location.reload();
        });
      })
      .catch(function () { alert('没有连上服务器，这一处还没有存。连上以后再按一次。'); })
      .then(function () { busy = false; });
  }
  doc.addEventListener('click', function (e) {
    pressed = e.target.closest ? e.target.closest('button') : null;
  }, true);
  doc.addEventListener('submit', function (e) {
    if (!e.target.hasAttribute('data-design')) return;
    e.preventDefault();
    send(e.target, e.submitter || pressed);
  });
  /* what was typed and not kept is not left by accident */
  var dirty = false;
  doc.addEventListener('input', function (e) {
    if (e.target.form && e.target.form.hasAttribute('data-design')) dirty = true;
  });
  window.addEventListener('beforeunload', function (e) {
    if (!dirty) return;
    e.preventDefault();
    e.returnValue = '';
  });

  /* ---- the grid by keyboard ---- */
  function cells() { return all('[data-grid] [data-cell]'); }
  function pos(el) { return el.getAttribute('data-cell').split(':').map(Number); }
  function near(el, dr, dc) {
    var p = pos(el), list = cells();
    if (dc) return list[list.indexOf(el) + dc];
    var row = list.filter(function (c) { return pos(c)[0] === p[0] + dr; });
    return row[Math.min(p[1], row.length - 1)];
  }
  function link(el) { return el.querySelector('a[href]'); }
  function open(el, then) {
    var a = link(el);
    if (!a) return;
    fetch(a.href, { credentials: 'same-origin' }).then(function (r) { return r.text(); }).then(function (t) {
      put(t, a.href.split('#')[0]);
      then();
    });
  }
  var keys = { ArrowUp: [-1, 0, 'up'], ArrowDown: [1, 0, 'down'], ArrowLeft: [0, -1, 'left'], ArrowRight: [0, 1, 'right'] };
  doc.addEventListener('keydown', function (e) {
    if (e.isComposing || e.altKey) return;
    if ((e.ctrlKey || e.metaKey) && e.key === 'z' && !e.target.closest('input,textarea,select')) {
      var undo = doc.querySelector('button[value=undo]');
      if (undo) { e.preventDefault(); undo.click(); }
      return;
    }
    var el = e.target.closest && e.target.closest('[data-cell]');
    if (!el) return;
    var way = keys[e.key];
    if (way && e.ctrlKey) {
      e.preventDefault();
      var move = doc.querySelector('[data-place] button[value="grid.' + way[2] + ':' + el.getAttribute('data-cell') + '"]');
      if (move) move.click();
      else open(el, function () {
        var b = doc.querySelector('.cell.picked');
        if (b) b.focus();
      });
    } else if (way) {
      var next = near(el, way[0], way[1]);
      if (next) { e.preventDefault(); next.focus(); }
    } else if (e.key === 'Enter') {
      e.preventDefault();
      open(el, function () {
        var first = doc.querySelector('#panel input[name=label]');
        if (first) { first.focus(); first.select(); }
      });
    } else if (e.key === '+') {
      var add = doc.querySelector('[data-add] input[name="add.label"]');
      if (add) { e.preventDefault(); add.focus(); }
    }
  });
  /* the panel of another kind, with what was typed so far; nothing is kept yet */
  function asks(s) {
    var typed = all('input[type=text]', s.form).map(function (el) { return [el.name, el.value]; });
    var at = location.pathname + '?field=' + encodeURIComponent(s.form.querySelector('[name=field]').value);
    fetch(at + '&kind=' + s.value, { credentials: 'same-origin' }).then(function (r) { return r.text(); }).then(function (t) {
      if (!put(t, at)) return;
      typed.forEach(function (p) {
        var el = doc.querySelector('#main form[data-design] input[name="' + p[0] + '"]');
        if (el && (!el.value || p[0] === 'label')) el.value = p[1];
      });
      dirty = true;
    });
  }
  function ready() {
    all('[data-js]').forEach(function (el) { el.hidden = false; });
    cells().forEach(function (el) {
      el.tabIndex = 0;
      var a = link(el);
      if (a) a.tabIndex = -1;
      el.addEventListener('click', function (e) {
        if (a && e.target !== a) a.click();
      });
    });
    /* the kind of a new field decides what else is asked */
    all('#panel select[name=kind]').forEach(function (s) {
      s.addEventListener('change', function () {
        var key = s.form.querySelector('button.key');
        var hint = s.parentNode.querySelector('.kind-hint') || doc.createElement('p');
        hint.className = 'hint kind-hint';
        hint.textContent = '记下以后，这里会出现这一类要填的。';
        s.parentNode.appendChild(hint);
        if (['choice', 'choices', 'table', 'computed', 'resource'].indexOf(s.value) < 0) { if (key) key.click(); }
        else asks(s);
      });
    });
    /* what a column may choose from is asked only where it is chosen from */
    all('#panel .column').forEach(function (c) {
      var kind = c.querySelector('select'), from = c.querySelector('.choices');
      if (!kind || !from) return;
      var show = function () { from.hidden = kind.value !== 'choice'; };
      kind.addEventListener('change', show);
      show();
    });
  }
  ready();
})();
