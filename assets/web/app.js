/* 砚台 app.js. ES2017, no eval, no library. Every page works without it: this file only saves keystrokes,
   guards Chinese input, keeps drafts and tells of a lost connection. Elements that need it carry
   [data-js][hidden] and are shown here. */
(function () {
  'use strict';
  var doc = document;
  var all = function (sel, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(sel)); };
  var two = function (n) { return (n < 10 ? '0' : '') + n; };
  var make = function (tag, cls, text) {
    var el = doc.createElement(tag);
    if (cls) el.className = cls;
    if (text) el.textContent = text;
    return el;
  };
  var tell = function (el) { el.dispatchEvent(new Event('input', { bubbles: true })); };

  /* ---- Chinese input: nobody hears of pinyin letters, one `input` tells of the finished word ---- */
  var composing = false, heard = false;
  window.addEventListener('compositionstart', function () { composing = true; }, true);
  window.addEventListener('compositionend', function (e) {
    composing = false;
    heard = false;
    var el = e.target;
    setTimeout(function () {
      if (!heard && !composing) tell(el);
    }, 0);
  }, true);
  window.addEventListener('input', function (e) {
    if (composing) e.stopImmediatePropagation();
    else heard = true;
  }, true);
  ['keyup', 'keydown', 'keypress'].forEach(function (kind) {
    window.addEventListener(kind, function (e) {
      if (!composing && !e.isComposing && e.keyCode !== 229) return;
      e.stopImmediatePropagation();
      /* WebKit sends the confirming Enter after compositionend: it must not submit */
      if (kind === 'keydown' && !composing && !e.isComposing && e.key === 'Enter') e.preventDefault();
    }, true);
  });

  /* ---- the connection ---- */
  var lost = false, bar = null;
  function setLost(on) {
    if (on === lost) return;
    lost = on;
    if (on && !bar) {
      bar = make('p', 'lost', '网络断开，正在重连。写好的内容还在页面上，连上以后再送。');
      bar.setAttribute('role', 'alert');
      doc.body.appendChild(bar);
    }
    if (bar) bar.hidden = !on;
  }

  /* ---- sending: once, and it says so ---- */
  var pressed = null;
  doc.addEventListener('click', function (e) {
    var b = e.target.closest && e.target.closest('button,input[type=submit]');
    if (b && b.form && b.type === 'submit') pressed = b;
  }, true);
  function release(form) {
    form.removeAttribute('data-sent');
    all('[data-was]').forEach(function (b) {
      if (b.form !== form) return;
      b.disabled = false;
      if (b.getAttribute('data-was')) b.textContent = b.getAttribute('data-was');
      b.removeAttribute('data-was');
    });
  }
  doc.addEventListener('submit', function (e) {
    var form = e.target;
    if ((form.getAttribute('method') || 'get').toLowerCase() !== 'post') return;
    if (form.hasAttribute('data-sent') || lost) { e.preventDefault(); return; }
    var by = e.submitter || (pressed && pressed.form === form ? pressed : null);
    form.setAttribute('data-sent', '');
    /* after this turn of the loop: a button disabled earlier would not be in the posted data */
    setTimeout(function () {
      if (e.defaultPrevented) { release(form); return; }
      if (form.hasAttribute('data-download')) { setTimeout(function () { release(form); }, 3000); return; }
      all('button,input[type=submit]').forEach(function (b) {
        if (b.form !== form || b.disabled || b.type !== 'submit') return;
        b.setAttribute('data-was', b === by ? b.textContent : '');
        b.disabled = true;
        if (b === by && b.tagName === 'BUTTON') b.textContent = '正在提交…';
      });
      /* no answer came: let the person try again, the form's own number keeps it to one record */
      setTimeout(function () { release(form); }, 30000);
    }, 0);
  });
  window.addEventListener('pageshow', function (e) { if (e.persisted) all('form[data-sent]').forEach(release); });

  doc.addEventListener('keydown', function (e) {
    if (e.key !== 'Enter' || !e.ctrlKey || !e.target.form) return;
    var key = e.target.form.querySelector('.btn.key:not([disabled])');
    if (key) { e.preventDefault(); key.click(); }
  });

  /* ---- drafts ---- */
  function keepDraft(form) {
    var url = form.getAttribute('data-draft'), dirty = false, busy = false, waiting = null;
    var fields = function () {
      var p = new URLSearchParams();
      new FormData(form).forEach(function (v, k) { if (typeof v === 'string') p.append(k, v); });
      return p;
    };
    var said = function (text) { all('[data-draft-said]').forEach(function (el) { el.textContent = text; }); };
    function save() {
      if (!dirty || busy || composing || form.hasAttribute('data-sent')) return;
      dirty = false;
      busy = true;
      fetch(url, { method: 'POST', body: fields(), credentials: 'same-origin', headers: { Accept: 'application/json' } })
        .then(function (r) {
          if (r.redirected || r.status === 401) throw new Error('login');
          if (!r.ok) throw new Error('no');
          return r.json();
        })
        .then(function (kept) {
          /* a new draft tells its number, so that the next save and the sending name the same one */
          Object.keys(kept).forEach(function (k) {
            var el = form.elements[k];
            if (el && el.type === 'hidden') el.value = kept[k];
          });
          var d = new Date();
          said('草稿已保存 ' + two(d.getHours()) + ':' + two(d.getMinutes()));
        })
        .catch(function (err) {
          dirty = true;
          said(err.message === 'login' ? '登录已到时，内容还在页面上。请另开一页登录，再回到这里' : '没有连上，内容还在页面上');
        })
        .then(function () { busy = false; go(); });
    }
    function go() {
      var by = waiting;
      waiting = null;
      if (by) { busy = false; by.click(); }
    }
    /* sent while its draft is being saved: waits a moment, or the draft would come after the deed and be left behind */
    form.addEventListener('submit', function (e) {
      if (!busy) return;
      e.preventDefault();
      e.stopPropagation();
      if (waiting) return;
      waiting = e.submitter || pressed;
      setTimeout(go, 2000);
    });
    var touch = function () { dirty = true; };
    form.addEventListener('input', touch);
    form.addEventListener('change', touch);
    form.addEventListener('focusout', function (e) {
      var to = e.relatedTarget;
      /* what is sent need not be saved first */
      if (!to || to.form !== form || to.type !== 'submit') save();
    });
    setInterval(save, 10000);
    window.addEventListener('pagehide', function () {
      if (dirty && !form.hasAttribute('data-sent') && navigator.sendBeacon) navigator.sendBeacon(url, fields());
    });
  }

  /* ---- usual phrases, growing boxes, passwords, printing ---- */
  function grow(t) {
    if (t.scrollHeight <= t.clientHeight + 2) return;
    t.style.height = (t.scrollHeight + 4) + 'px';
  }
  doc.addEventListener('input', function (e) { if (e.target.tagName === 'TEXTAREA') grow(e.target); });
  doc.addEventListener('click', function (e) {
    if (!e.target.closest) return;
    var say = e.target.closest('button[data-say]');
    if (say) {
      var name = say.getAttribute('data-into');
      var box = doc.getElementById(name) || (say.form && say.form.elements[name]);
      if (!box) return;
      box.setRangeText(say.getAttribute('data-say'), box.selectionStart, box.selectionEnd, 'end');
      box.focus();
      tell(box);
    }
    if (e.target.closest('[data-print]')) window.print();
    var link = e.target.closest('.errors a');
    if (link) {
      var at = doc.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!at) return;
      var first = at.matches('input,select,textarea') ? at : at.querySelector('input:not([type=hidden]),select,textarea,summary');
      if (first && first.offsetParent === null) first = at;
      e.preventDefault();
      (first || at).focus();
      at.scrollIntoView({ block: 'center' });
    }
  });
  doc.addEventListener('change', function (e) {
    var box = e.target, id = box.getAttribute('data-show');
    if (id && doc.getElementById(id)) doc.getElementById(id).type = box.checked ? 'text' : 'password';
    if (box.hasAttribute('data-all')) {
      all('input[name="' + box.getAttribute('data-all') + '"]').forEach(function (c) { c.checked = box.checked; });
    }
  });
  doc.addEventListener('keyup', function (e) {
    if (e.target.type !== 'password' || !e.getModifierState) return;
    var on = e.getModifierState('CapsLock'), said = e.target.parentNode.querySelector('.caps');
    if (on && !said) {
      said = make('p', 'hint caps', '大写锁定开着，密码分大小写。');
      said.setAttribute('role', 'status');
      e.target.parentNode.appendChild(said);
    }
    if (said) said.hidden = !on;
  });

  /* ---- choosing people ---- */
  function picker(set, n) {
    var boxes = all('input[data-keys]', set), many = set.getAttribute('data-pick') === 'many';
    var find = set.querySelector('[data-pick-find]'), list = set.querySelector('[role=listbox]');
    var chosen = set.querySelector('[data-pick-chosen]'), shown = [], at = -1, seen = {}, people = [];
    if (!find || !list) return;
    boxes.forEach(function (b) {
      if (seen[b.value]) {
        /* the same person again further down: follows the first tick, is not posted twice */
        if (many) b.removeAttribute('name');
        seen[b.value].push(b);
        return;
      }
      seen[b.value] = [b];
      people.push({ value: b.value, keys: (b.getAttribute('data-keys') || '').toLowerCase(), name: b.getAttribute('data-name') || '', from: b.getAttribute('data-from') || '' });
    });
    var picked = function (p) { return seen[p.value].some(function (b) { return b.checked; }); };
    function tally() {
      if (!chosen) return;
      var names = people.filter(picked).map(function (p) { return p.name; });
      chosen.textContent = names.length ? '已选 ' + (many ? names.length + ' 人：' : '') + names.join('、') : '还没有选人';
    }
    function close() {
      list.hidden = true;
      shown = [];
      at = -1;
      find.setAttribute('aria-expanded', 'false');
      find.removeAttribute('aria-activedescendant');
    }
    function mark(i) {
      at = i;
      all('[role=option]', list).forEach(function (li, k) {
        li.setAttribute('aria-selected', k === i ? 'true' : 'false');
        if (k === i && li.scrollIntoView) li.scrollIntoView({ block: 'nearest' });
      });
      if (i >= 0) find.setAttribute('aria-activedescendant', list.id + '-' + i);
    }
    function rank(p, q) {
      var words = p.keys.split(' ');
      if (p.name.indexOf(q) === 0) return 0;
      if (words.some(function (w) { return w === q; })) return 1;
      if (words.some(function (w) { return w.indexOf(q) === 0; })) return 2;
      return p.keys.indexOf(q) >= 0 || p.name.indexOf(q) >= 0 ? 3 : 9;
    }
    function look() {
      var q = find.value.replace(/[\s'’]/g, '').replace(/ü/g, 'v').toLowerCase();
      while (list.firstChild) list.removeChild(list.firstChild);
      if (!q) { close(); return; }
      var hits = [];
      people.forEach(function (p, i) { var r = rank(p, q); if (r < 9) hits.push([r, i, p]); });
      hits.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
      shown = hits.slice(0, 12).map(function (h) { return h[2]; });
      shown.forEach(function (p, i) {
        var li = make('li', picked(p) ? 'on' : '', p.name);
        li.id = list.id + '-' + i;
        li.setAttribute('role', 'option');
        li.appendChild(make('small', '', p.from));
        li.addEventListener('mousedown', function (e) { e.preventDefault(); take(p); });
        list.appendChild(li);
      });
      if (!shown.length) list.appendChild(make('li', 'nobody', '没有找到这个人。可以写姓名、拼音或首字母，例如 zs'));
      list.hidden = false;
      find.setAttribute('aria-expanded', 'true');
      mark(shown.length ? 0 : -1);
    }
    function take(p) {
      var on = many ? !picked(p) : true;
      seen[p.value].forEach(function (b) { b.checked = on; });
      seen[p.value][0].dispatchEvent(new Event('change', { bubbles: true }));
      find.value = '';
      close();
    }
    list.id = list.id || 'pick-list-' + n;
    find.setAttribute('aria-controls', list.id);
    find.addEventListener('input', function (e) { e.stopPropagation(); look(); });
    find.addEventListener('blur', close);
    find.addEventListener('keydown', function (e) {
      if (e.ctrlKey) return;
      if (e.key === 'Enter') {
        e.preventDefault();
        if (at >= 0 && shown[at]) take(shown[at]);
      } else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
        e.preventDefault();
        if (shown.length) mark((at + (e.key === 'ArrowDown' ? 1 : shown.length - 1)) % shown.length);
      } else if (e.key === 'Escape') close();
    });
    set.addEventListener('change', function (e) {
      var same = seen[e.target.value];
      if (same && e.target.hasAttribute('data-keys') && many) same.forEach(function (b) { b.checked = e.target.checked; });
      tally();
    });
    tally();
  }

  /* ---- a list narrowed while something is typed; its button asks the server for the same ---- */
  function finder(list) {
    var box = doc.querySelector('input[name="' + list.getAttribute('data-finds') + '"]'), told = doc.querySelector('[data-found]');
    /* a page that came narrowed has the rest nowhere */
    if (!box || box.value) return;
    box.addEventListener('input', function () {
      var q = box.value.replace(/[\s'’]/g, '').toLowerCase(), rest = 0;
      all('[data-keys]', list).forEach(function (el) {
        var hit = el.getAttribute('data-keys').toLowerCase().split(' ').some(function (w) { return w.indexOf(q) >= 0; });
        el.parentNode.hidden = !hit;
        if (!hit) rest++;
      });
      all('section', list).forEach(function (s) { s.hidden = !s.querySelector('li:not([hidden])'); });
      if (!told) return;
      told.hidden = !rest;
      told.textContent = all('li:not([hidden])', list).length ? '另有 ' + rest + ' 个没有列出，清空上面的字就全部列出。' : '没有找到。换个说法，或者清空上面的字看全部。';
    });
  }

  /* ---- when the page is there ---- */
  function start() {
    all('[data-js][hidden]').forEach(function (el) { el.hidden = false; });
    all('fieldset[data-pick]').forEach(picker);
    all('[data-finds]').forEach(finder);
    all('form[data-draft]').forEach(keepDraft);
    all('textarea').forEach(grow);
    var wrong = doc.querySelector('.errors');
    if (wrong) wrong.focus();
    /* pulse.js asks the server; what it finds out about the connection is shown here */
    doc.addEventListener('ink-net', function (e) { setLost(e.detail); });
  }
  if (doc.readyState === 'loading') doc.addEventListener('DOMContentLoaded', start);
  else start();
})();
