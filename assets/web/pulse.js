/* 砚台 pulse.js. ES2017, no library. One tab of a browser asks every half minute what is new; the others
   hear of it through localStorage, also in Chromium 77 and a private window (there each tab asks). It
   shows the count in title, menu and icon, one quiet line about what is new, and two minutes' warning
   before the session ends. Asking keeps no session alive. */
(function () {
  'use strict';
  var doc = document, EVERY = 30000, WARN = 130000;
  var all = function (sel) { return Array.prototype.slice.call(doc.querySelectorAll(sel)); };
  var make = function (tag, cls, text) {
    var el = doc.createElement(tag);
    if (cls) el.className = cls;
    if (text) el.textContent = text;
    return el;
  };
  var store = {
    get: function (k) { try { return localStorage.getItem(k); } catch (e) { return null; } },
    set: function (k, v) { try { if (!left) localStorage.setItem(k, v); } catch (e) { /* private window */ } },
    drop: function (k) { try { localStorage.removeItem(k); } catch (e) { /* private window */ } }
  };
  var url, me, plain, misses = 0, bars = {}, icon, calm, ends = 0, stays = true, warned = false, looked = false, left = false;

  /* ---- bars at the foot of the page: the connection, what is new, the session ---- */
  function bar(name, cls, words, buttons) {
    if (!bars[name]) {
      bars[name] = make('p', cls);
      bars[name].setAttribute('role', cls === 'lost' ? 'alert' : 'status');
      doc.body.appendChild(bars[name]);
    }
    var el = bars[name];
    if (el.getAttribute('data-words') !== words) {
      el.textContent = words;
      el.setAttribute('data-words', words);
      (buttons || []).forEach(function (b) { el.appendChild(doc.createTextNode(' ')); el.appendChild(b); });
    }
    el.hidden = !words;
  }
  function hide(name) { if (bars[name]) { bars[name].hidden = true; bars[name].setAttribute('data-words', ''); } }
  function button(words, act) {
    var b = make('button', 'btn small', words);
    b.type = 'button';
    b.addEventListener('click', act);
    return b;
  }
  function link(words, href) {
    var a = make('a', 'btn small', words);
    a.href = href;
    return a;
  }

  /* ---- the count ---- */
  function count(n) {
    if (!doc.querySelector('.errors')) doc.title = (n > 0 ? '(' + n + ') ' : '') + plain;
    all('[data-todo-count]').forEach(function (el) { el.textContent = n > 0 ? String(n) : ''; });
    var dot = doc.body.getAttribute('data-dot');
    if (icon && dot) {
      var want = n > 0 ? dot : calm;
      if (icon.getAttribute('href') !== want) icon.setAttribute('href', want);
    }
  }

  /* ---- what is new since somebody last looked at the list: one line, however much it is ---- */
  function news(p) {
    var path = location.pathname, given = p.given || [], told = p.told || [];
    var seen = store.get('ink.seen'), known = store.get('ink.told');
    var newest = given.length ? given[0] : 0, last = told.length ? told[0] : 0;
    /* what stood on the list when this page was drawn is no news on it; what came after is */
    if (seen === null || (path === '/todo' && !looked)) { seen = newest; store.set('ink.seen', String(seen)); }
    if (known === null || (doc.querySelector('[data-told]') && !looked)) { known = last; store.set('ink.told', String(known)); }
    looked = true;
    var more = given.filter(function (at) { return at > Number(seen); }).length;
    var others = told.filter(function (id) { return id > Number(known); }).length;
    var words = [];
    if (more) words.push('有 ' + more + ' 件新待办');
    if (others) words.push('有 ' + others + ' 条新提醒');
    if (!words.length) { hide('news'); return; }
    var acts = [];
    if (more) acts.push(link('去看待办', '/todo'));
    if (others) acts.push(link('去看提醒', '/me/alerts'));
    acts.push(button('知道了', function () {
      store.set('ink.seen', String(newest));
      store.set('ink.told', String(last));
      hide('news');
    }));
    bar('news', 'lost news', words.join('，') + '。', acts);
  }

  /* ---- a short sound for the most urgent, where the person chose it and the browser allows it ---- */
  function sound(hot) {
    var before = store.get('ink.hot');
    store.set('ink.hot', String(hot));
    if (before === null || !(hot > Number(before))) return;
    try {
      var Ctx = window.AudioContext || window.webkitAudioContext, ctx = new Ctx();
      var o = ctx.createOscillator(), g = ctx.createGain();
      g.gain.value = 0.08;
      o.frequency.value = 660;
      o.connect(g);
      g.connect(ctx.destination);
      o.start();
      o.stop(ctx.currentTime + 0.25);
    } catch (e) { /* a browser without sound */ }
  }

  /* ---- the session: two minutes' warning, nothing typed is lost ---- */
  function session() {
    if (!ends) return;
    var left = ends - Date.now();
    if (left > WARN) { hide('session'); warned = false; return; }
    if (left <= 0) {
      bar('session', 'lost', '登录已到时。写好的内容还在页面上：请另开一页登录，再回到这里送出。', [link('另开一页登录', '/login')]);
      all('.lost a[href="/login"]').forEach(function (a) { a.target = '_blank'; });
      return;
    }
    if (!stays) {
      bar('session', 'lost', '这次登录满七天，两分钟内到时。请先保存写好的内容，再重新登录。');
      return;
    }
    if (warned) return;
    warned = true;
    bar('session', 'lost', '很久没有操作，两分钟内登录就到时了。', [button('继续工作', function () {
      fetch(doc.body.getAttribute('data-count'), { credentials: 'same-origin', headers: { Accept: 'application/json' } })
        .then(function (r) { if (r.ok) { hide('session'); ask(); } });
    })]);
  }

  function apply(text) {
    var p;
    try { p = JSON.parse(text); } catch (e) { return; }
    if (typeof p.todo !== 'number') return;
    count(p.todo);
    news(p);
    ends = p.at + p.left;
    stays = p.stays;
    session();
  }

  function lost(on) {
    doc.dispatchEvent(new CustomEvent('ink-net', { detail: on }));
  }

  function ask() {
    /* this PC's time goes along, so that a server whose clock is wrong is found out */
    fetch(url + '?now=' + Date.now(), { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then(function (r) {
        misses = 0;
        lost(false);
        store.set('ink.net', 'ok ' + Date.now());
        if (r.status === 401) { ends = Date.now(); session(); return null; }
        return r.ok && !r.redirected ? r.json() : null;
      }, function () {
        misses += 1;
        /* one miss may be chance; one that the browser too knows the reason of is none */
        if (misses > 1 || !navigator.onLine) { lost(true); store.set('ink.net', 'lost ' + Date.now()); }
        setTimeout(ask, 5000);
        return null;
      })
      .then(function (p) {
        if (!p || typeof p.todo !== 'number') return;
        p.at = Date.now();
        var text = JSON.stringify(p);
        apply(text);
        if (p.sound && p.hot) sound(p.hot);
        store.set('ink.pulse', text);
      }).catch(function () { /* an answer that is no pulse is no answer */ });
  }

  function lead() {
    var now = Date.now(), held = (store.get('ink.lead') || '').split(' ');
    if (held[0] && held[0] !== me && Number(held[1]) > now && Number(held[1]) < now + 120000) return false;
    store.set('ink.lead', me + ' ' + (now + EVERY + 15000));
    return true;
  }

  /* ---- what is kept here is one person's: the next one at this PC begins with none. The server's word to clear
     everything (Clear-Site-Data) is heard over HTTPS alone ---- */
  function forget() { ['pulse', 'seen', 'told', 'hot', 'who'].forEach(function (k) { store.drop('ink.' + k); }); }

  function own() {
    var who = doc.body.getAttribute('data-who');
    if (store.get('ink.who') !== who) { forget(); store.set('ink.who', who); }
    doc.addEventListener('submit', function (e) {
      if (e.target.getAttribute('action') === '/logout') { forget(); left = true; }
    });
  }

  function start() {
    url = doc.body.getAttribute('data-pulse');
    if (!url || !window.fetch) return;
    own();
    me = String(Math.random()).slice(2);
    plain = doc.title.replace(/^\(\d+\) /, '');
    icon = doc.querySelector('link[rel=icon]');
    calm = icon && icon.getAttribute('href');
    window.addEventListener('storage', function (e) {
      if (e.key === 'ink.pulse' && e.newValue) apply(e.newValue);
      if (e.key === 'ink.net' && e.newValue) lost(e.newValue.indexOf('lost') === 0);
      if (e.key === 'ink.seen' || e.key === 'ink.told') apply(store.get('ink.pulse') || '');
    });
    /* the browser's own opinion is only a reason to ask: on the server's own PC it may say offline and be wrong */
    window.addEventListener('online', ask);
    window.addEventListener('offline', ask);
    window.addEventListener('pagehide', function () {
      if ((store.get('ink.lead') || '').indexOf(me + ' ') === 0) store.set('ink.lead', '');
    });
    var first = doc.querySelector('[data-todo-count]');
    if (first) count(Number(first.textContent) || 0);
    /* a list just drawn is measured by what waits now, not by what another tab heard before */
    var fresh = location.pathname === '/todo' || doc.querySelector('[data-told]');
    if (lead() || fresh) ask();
    else apply(store.get('ink.pulse') || '');
    setInterval(function () { if (!misses && lead()) ask(); }, EVERY);
    setInterval(session, 5000);
  }
  if (doc.readyState === 'loading') doc.addEventListener('DOMContentLoaded', start);
  else start();
})();
