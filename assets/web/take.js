/* 砚台 take.js. ES2017, no library. The registration form without it is whole: this file sends files while the
   form is still being filled in (chosen, dropped, pasted, taken with a telephone), puts pages in order, tells
   of a document that is there already, and closes boxes that have nothing to take. */
(function () {
  'use strict';
  var doc = document, MOST = 200 * 1024 * 1024;
  var all = function (sel, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(sel)); };
  var make = function (tag, cls, text) {
    var el = doc.createElement(tag);
    if (cls) el.className = cls;
    if (text) el.textContent = text;
    return el;
  };
  var size = function (n) { return n < 1048576 ? Math.max(1, Math.round(n / 1024)) + ' KB' : (n / 1048576).toFixed(1) + ' MB'; };

  /* ---- boxes that another field opens ---- */
  function opens(form) {
    var closed = all('[data-opened-by]', form);
    function look() {
      closed.forEach(function (box) {
        var by = form.elements[box.getAttribute('data-opened-by')];
        if (!by) return;
        var on = by.value === box.getAttribute('data-opened-at');
        box.disabled = !on;
        box.placeholder = on ? '' : '没有，不用填';
      });
    }
    if (!closed.length) return;
    form.addEventListener('change', look);
    look();
  }

  /* ---- a document that is there already ---- */
  function same(form) {
    var place = form.querySelector('[data-same]');
    if (!place || !window.fetch) return;
    var names = place.getAttribute('data-of').split(' '), timer = 0, asked = 0;
    function look() {
      var p = new URLSearchParams(), why = place.querySelector('input');
      names.forEach(function (n) {
        var el = form.elements[n];
        p.append(n, el && !el.disabled ? String(el.value).slice(0, 200) : '');
      });
      var mine = ++asked;
      fetch(place.getAttribute('data-same') + '?' + p, { credentials: 'same-origin' })
        .then(function (r) { return r.ok && !r.redirected ? r.text() : null; })
        .then(function (text) {
          if (text === null || mine !== asked) return;
          var typed = why ? why.value : '', held = why && doc.activeElement === why;
          place.innerHTML = text;
          var now = place.querySelector('input');
          if (now && typed) now.value = typed;
          if (now && held) now.focus();
        })
        .catch(function () { /* asked again when it is sent */ });
    }
    form.addEventListener('input', function (e) {
      if (names.indexOf(e.target.name) < 0) return;
      clearTimeout(timer);
      timer = setTimeout(look, 350);
    });
    form.addEventListener('change', function (e) { if (names.indexOf(e.target.name) >= 0) look(); });
  }

  /* ---- files ---- */
  function taking(form) {
    var url = form.getAttribute('data-take'), lists = all('[data-taken]', form);
    if (!lists.length || !window.FormData) return;
    var draft = form.elements.draft, csrf = form.elements._csrf, queue = [], busy = null;
    var listOf = function (name) { return lists.filter(function (l) { return l.getAttribute('data-taken') === name; })[0] || lists[0]; };
    var boxOf = function (name) { return form.querySelector('input[type=file][name="' + name + '"]'); };

    function number() {
      lists.forEach(function (list) {
        all('input.n', list).forEach(function (box, i) { box.value = i + 1; });
        var box = list.parentNode.querySelector('[data-pictures]');
        if (box) box.hidden = !list.querySelector('.thumb');
      });
      form.dispatchEvent(new Event('change', { bubbles: true }));
    }
    function wire(root) { all('[data-js][hidden]', root).forEach(function (el) { el.hidden = false; }); }

    function line(file, list) {
      var li = make('li', 'coming');
      var what = make('span', 'what');
      what.appendChild(make('b', '', file.name || '截图'));
      what.appendChild(make('span', 'faint', '　' + size(file.size)));
      var bar = make('progress');
      bar.max = 100;
      bar.value = 0;
      what.appendChild(bar);
      var said = make('span', 'said', '等待');
      said.setAttribute('role', 'status');
      what.appendChild(said);
      var stop = make('button', 'btn small', '取消');
      stop.type = 'button';
      what.appendChild(stop);
      li.appendChild(what);
      list.appendChild(li);
      return { li: li, bar: bar, said: said, stop: stop };
    }
    function wrong(at, why) {
      at.li.className = 'coming bad';
      at.bar.hidden = true;
      at.said.className = 'wrong';
      at.said.setAttribute('role', 'alert');
      at.said.textContent = why;
      at.stop.textContent = '知道了';
    }
    function put(files, name) {
      var list = listOf(name);
      Array.prototype.slice.call(files).forEach(function (file) {
        var at = line(file, list), one = { file: file, name: name, at: at, xhr: null, gone: false };
        at.stop.addEventListener('click', function () {
          one.gone = true;
          if (one.xhr) one.xhr.abort();
          if (at.li.parentNode) at.li.parentNode.removeChild(at.li);
        });
        if (file.size === 0) wrong(at, '“' + file.name + '”是空文件，里面没有内容，可能没有复制完。请找到原文件再传');
        else if (file.size > MOST) wrong(at, '“' + file.name + '”有 ' + size(file.size) + '，超过 200 MB。请压缩，或者分成几个文件再传');
        else queue.push(one);
      });
      next();
    }
    function next() {
      if (busy) return;
      var one = queue.shift();
      if (!one) return;
      if (one.gone) { next(); return; }
      busy = one;
      var data = new FormData(), xhr = one.xhr = new XMLHttpRequest();
      data.append('_csrf', csrf.value);
      data.append('draft', draft.value);
      /* what is typed goes into the draft with the file */
      new FormData(form).forEach(function (v, k) { if (typeof v === 'string' && /^(f\.|has\.|order\.|turn\.)/.test(k)) data.append(k, v); });
      data.append(one.name, one.file, one.file.name || '截图.png');
      xhr.open('POST', url);
      xhr.setRequestHeader('Accept', 'application/json');
      xhr.upload.onprogress = function (e) {
        if (!e.lengthComputable) return;
        one.at.bar.value = e.loaded * 100 / e.total;
        one.at.said.textContent = e.loaded < e.total ? (one.at.li.hasAttribute('data-waited-for') ? '还在传，传完再送。已传 ' : '正在传 ') + Math.floor(e.loaded * 100 / e.total) + '%' : '传完了，正在收下';
      };
      xhr.onload = function () {
        var got = null;
        try { got = JSON.parse(xhr.responseText); } catch (e) { /* not ours */ }
        if (got && got.draft) draft.value = got.draft;
        if (xhr.status === 200 && got && got.rows) {
          if (one.at.li.parentNode) one.at.li.parentNode.removeChild(one.at.li);
          got.rows.forEach(function (r) {
            if (form.querySelector('[data-file="' + r.id + '"]')) return;
            var held = make('ol');
            held.innerHTML = r.row;
            var li = held.firstChild, list = listOf(r.field);
            wire(li);
            list.insertBefore(li, list.querySelector('.coming'));
          });
          number();
        } else if (xhr.status === 401) wrong(one.at, '登录已到时。请另开一页登录，再回到这里重新选这个文件');
        else wrong(one.at, (got && got.error) || '没有收下，请再选一次这个文件');
        done();
      };
      xhr.onerror = function () { wrong(one.at, '网络断了，没有传完。连上以后请再选一次这个文件'); done(); };
      xhr.onabort = function () { done(); };
      xhr.send(data);
    }
    function done() { busy = null; next(); }

    lists.forEach(function (list) {
      var name = list.getAttribute('data-taken'), box = boxOf(name);
      if (!box) return;
      box.addEventListener('change', function () {
        if (!box.files.length) return;
        put(box.files, name);
        box.value = '';
      });
      var cell = list.parentNode;
      cell.classList.add('drop');
      var tip = make('p', 'hint', '也可以把文件拖到这里；截图后在这一页按 Ctrl+V 就能贴上');
      cell.appendChild(tip);
    });
    all('[data-camera]', form).forEach(function (box) {
      box.addEventListener('change', function () {
        put(box.files, box.getAttribute('data-camera'));
        box.value = '';
      });
    });
    var holds = function (e) { return e.dataTransfer && Array.prototype.indexOf.call(e.dataTransfer.types, 'Files') >= 0; };
    doc.addEventListener('dragover', function (e) { if (holds(e)) { e.preventDefault(); form.classList.add('over'); } });
    doc.addEventListener('dragleave', function (e) { if (!e.relatedTarget) form.classList.remove('over'); });
    doc.addEventListener('drop', function (e) {
      if (!holds(e)) return;
      e.preventDefault();
      form.classList.remove('over');
      var cell = e.target.closest && e.target.closest('.drop');
      put(e.dataTransfer.files, (cell ? cell.querySelector('[data-taken]') : lists[0]).getAttribute('data-taken'));
    });
    doc.addEventListener('paste', function (e) {
      var files = e.clipboardData && e.clipboardData.files;
      if (!files || !files.length) return;
      /* text copied from a sheet comes with a picture of itself: in a box the text is meant */
      var typing = e.target.matches && e.target.matches('input:not([type=file]),textarea');
      if (typing && Array.prototype.indexOf.call(e.clipboardData.types, 'text/plain') >= 0) return;
      e.preventDefault();
      put(files, lists[0].getAttribute('data-taken'));
    });
    form.addEventListener('click', function (e) {
      var b = e.target.closest && e.target.closest('[data-move],[data-turn]');
      if (!b) return;
      var li = b.closest('li'), list = li.parentNode;
      if (b.hasAttribute('data-turn')) {
        var turn = li.querySelector('select');
        turn.value = String((Number(turn.value) + 90) % 360);
        turned(li);
      } else {
        var up = b.getAttribute('data-move') === '-1', other = up ? li.previousElementSibling : li.nextElementSibling;
        if (!other) return;
        list.insertBefore(li, up ? other : other.nextElementSibling);
        b.focus();
      }
      number();
    });
    function turned(li) {
      var img = li.querySelector('img'), turn = li.querySelector('select');
      if (img && turn) img.className = 'r' + turn.value;
    }
    form.addEventListener('change', function (e) {
      var li = e.target.closest && e.target.closest('li[data-file]');
      if (!li) return;
      turned(li);
      if (e.target.name === 'out') li.classList.toggle('out', e.target.checked);
      if (e.target.classList.contains('n')) {
        var list = li.parentNode, rows = all('li[data-file]', list), to = Math.max(1, Math.min(rows.length, Number(e.target.value) || 1));
        rows.splice(rows.indexOf(li), 1);
        list.insertBefore(li, rows[to - 1] || null);
        all('input.n', list).forEach(function (box, i) { box.value = i + 1; });
      }
    });
    form.addEventListener('submit', function (e) {
      var coming = form.querySelector('.coming:not(.bad)');
      if (!coming) return;
      e.preventDefault();
      e.stopImmediatePropagation();
      coming.scrollIntoView({ block: 'center' });
      /* each step of the way tells it again, or it would be gone before it is read */
      coming.setAttribute('data-waited-for', '');
      coming.querySelector('.said').textContent = '还在传，传完再送';
    }, true);
    wire(form);
  }

  /* ---- before it goes: a text no box can hold ---- */
  function tooLong(form) {
    form.addEventListener('submit', function (e) {
      all('input[type=text],textarea', form).some(function (box) {
        if (box.value.length < 60000) return false;
        e.preventDefault();
        e.stopImmediatePropagation();
        var said = box.parentNode.querySelector('.wrong') || box.parentNode.appendChild(make('p', 'wrong'));
        said.setAttribute('role', 'alert');
        said.textContent = '这里贴了 ' + box.value.length + ' 个字，太长了。请改短，长的内容请作为附件上传';
        box.focus();
        return true;
      });
    }, true);
  }

  function start() {
    all('form[data-take]').forEach(function (form) {
      opens(form);
      same(form);
      taking(form);
      tooLong(form);
      if (!form.hasAttribute('data-focus') || doc.querySelector('.errors') || doc.activeElement !== doc.body) return;
      var first = all('input[type=text],textarea', form).filter(function (b) { return !b.value && !b.disabled && b.offsetParent && !b.classList.contains('n'); })[0];
      if (first) first.focus();
    });
  }
  if (doc.readyState === 'loading') doc.addEventListener('DOMContentLoaded', start);
  else start();
})();
