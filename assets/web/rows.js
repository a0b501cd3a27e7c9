/* 砚台 rows.js: tables of rows, days of a span and capitals of an amount while they are typed. ES2017, no
   library. Without it a button posts for one more row and the server counts; what it shows here is only a
   look ahead: the server computes again. */
(function () {
  'use strict';
  var doc = document;
  var all = function (sel, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(sel)); };
  var tell = function (el) { el.dispatchEvent(new Event('input', { bubbles: true })); };
  var folded = function (text) {
    return text.replace(/[\uff01-\uff5e]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0xfee0); });
  };

  /* ---- money ---- */
  function fen(text) {
    var m = /^(-?)(\d+)(?:\.(\d{0,2}))?$/.exec(folded(text).replace(/[,元\s]/g, ''));
    if (!m) return null;
    var n = Number(m[2]) * 100 + Number(((m[3] || '') + '00').slice(0, 2));
    return m[1] ? -n : n;
  }
  var yuan = function (n) {
    var s = Math.abs(n);
    return (n < 0 ? '-' : '') + Math.floor(s / 100) + '.' + ('0' + (s % 100)).slice(-2);
  };
  function capitals(n) {
    var digits = '零壹贰叁肆伍陆柒捌玖', places = ['', '拾', '佰', '仟'], groups = ['', '万', '亿', '兆'];
    var sum = Math.abs(n), whole = Math.floor(sum / 100), jiao = Math.floor(sum / 10) % 10, rest = sum % 10;
    var out = n < 0 ? '负' : '', gap = false, said = '';
    for (var g = groups.length - 1; g >= 0; g--) {
      var value = Math.floor(whole / Math.pow(10000, g)) % 10000;
      for (var p = 3; p >= 0; p--) {
        var d = Math.floor(value / Math.pow(10, p)) % 10;
        if (!d) { gap = said !== ''; continue; }
        said += (gap ? '零' : '') + digits[d] + places[p];
        gap = false;
      }
      if (value) said += groups[g];
    }
    if (whole || !sum) out += (said || '零') + '元';
    if (!jiao && !rest) return out + '整';
    if (jiao) out += digits[jiao] + '角';
    else if (whole) out += '零';
    return out + (rest ? digits[rest] + '分' : '');
  }
  function watchMoney(box) {
    var hint = doc.getElementById('h-' + box.name), usual = hint ? hint.textContent : '';
    if (!hint) return;
    box.addEventListener('input', function () {
      var n = fen(box.value);
      hint.textContent = n === null ? (usual.indexOf('大写') === 0 ? '' : usual) : '大写：' + capitals(n);
    });
  }

  /* ---- days of a span ---- */
  function day(text) {
    var t = folded(text).trim(), now = new Date().getFullYear();
    var m = /^(\d{4})\D(\d{1,2})\D(\d{1,2})日?$/.exec(t), s = m ? null : /^(\d{1,2})[月\-\/.](\d{1,2})日?$/.exec(t);
    if (!m && !s) return null;
    var y = m ? +m[1] : now, mo = +(m ? m[2] : s[1]), d = +(m ? m[3] : s[2]), at = new Date(Date.UTC(y, mo - 1, d));
    return at.getUTCMonth() === mo - 1 && at.getUTCDate() === d ? at : null;
  }
  function watchSpan(set) {
    var ends = all('input', set), said = set.querySelector('[data-days]');
    set.addEventListener('input', function () {
      var a = day(ends[0].value), b = day(ends[1].value);
      said.textContent = a && b && b >= a ? '共 ' + (Math.round((b - a) / 864e5) + 1) + ' 天' : '';
      stale();
    });
  }

  /* what the server computed stands until it computes again */
  function stale() {
    all('[data-computed]').forEach(function (el) {
      if (el.querySelector('.stale')) return;
      var p = doc.createElement('p');
      p.className = 'hint stale';
      p.textContent = '改过了，送出时重新算';
      el.appendChild(p);
    });
  }

  /* ---- rows ---- */
  function table(set) {
    var name = set.getAttribute('data-rows'), body = set.querySelector('tbody'), foot = set.querySelector('tfoot');
    var count = set.querySelector('input[type=hidden]'), blank = body.rows[body.rows.length - 1].cloneNode(true);
    var boxes = function (tr) { return all('input,select', tr); };
    var clear = function (tr) {
      boxes(tr).forEach(function (b) { b.value = ''; b.removeAttribute('aria-invalid'); b.removeAttribute('aria-describedby'); b.removeAttribute('autofocus'); });
      all('.wrong', tr).forEach(function (p) { p.parentNode.removeChild(p); });
    };
    clear(blank);
    all('option', blank).forEach(function (o) { o.removeAttribute('selected'); });
    function number() {
      all('tr', body).forEach(function (tr, n) {
        tr.cells[0].textContent = n + 1;
        boxes(tr).forEach(function (b) {
          var column = b.name.slice(b.name.lastIndexOf('.') + 1);
          b.name = name + '.' + n + '.' + column;
          b.id = 'f-' + b.name;
          b.setAttribute('aria-label', (b.getAttribute('aria-label') || '').replace(/第 \d+ 行/, '第 ' + (n + 1) + ' 行'));
        });
        var take = tr.querySelector('[data-take-row]');
        take.value = take.value.replace(/\d+$/, n);
        take.setAttribute('aria-label', '删去第 ' + (n + 1) + ' 行');
      });
      count.value = body.rows.length;
    }
    function add() {
      var tr = blank.cloneNode(true);
      body.appendChild(tr);
      number();
      return tr;
    }
    function sum() {
      if (!foot) return;
      all('[data-sum]', foot).forEach(function (cell) {
        var any = false, total = 0, money = false;
        all('tr', body).forEach(function (tr) {
          var b = boxes(tr).filter(function (x) { return x.name.slice(x.name.lastIndexOf('.') + 1) === cell.getAttribute('data-sum'); })[0];
          if (!b || !b.value.trim()) return;
          money = b.getAttribute('data-entry') === 'yuan';
          var n = money ? fen(b.value) : Number(folded(b.value).replace(/,/g, ''));
          if (n === null || isNaN(n)) return;
          any = true;
          total += n;
        });
        cell.textContent = !any ? '' : money ? yuan(total) : String(Math.round(total * 1e6) / 1e6);
      });
      stale();
    }
    var place = function (b) {
      var tr = b.closest('tr');
      return [Array.prototype.indexOf.call(body.rows, tr), boxes(tr).indexOf(b)];
    };
    function at(r, c) {
      while (r >= body.rows.length) add();
      return boxes(body.rows[r])[c];
    }
    set.addEventListener('click', function (e) {
      var b = e.target.closest && e.target.closest('button');
      if (!b) return;
      if (b.hasAttribute('data-add')) {
        e.preventDefault();
        boxes(add())[0].focus();
      } else if (b.hasAttribute('data-take-row')) {
        e.preventDefault();
        var tr = b.closest('tr'), r = Array.prototype.indexOf.call(body.rows, tr);
        if (body.rows.length > 1) body.removeChild(tr);
        else clear(tr);
        number();
        boxes(body.rows[Math.min(r, body.rows.length - 1)])[0].focus();
      } else return;
      sum();
      tell(count);
    });
    set.addEventListener('keydown', function (e) {
      var b = e.target;
      if (e.ctrlKey || e.altKey || !b.closest('tbody') || !/^(INPUT|SELECT)$/.test(b.tagName)) return;
      var p = place(b), last = body.rows.length - 1;
      if (e.key === 'Enter' || (e.key === 'ArrowDown' && b.tagName === 'INPUT' && p[0] < last)) {
        e.preventDefault();
        at(p[0] + 1, p[1]).focus();
      } else if (e.key === 'ArrowUp' && b.tagName === 'INPUT' && p[0] > 0) {
        e.preventDefault();
        at(p[0] - 1, p[1]).focus();
      } else if (e.key === 'Tab' && !e.shiftKey && p[0] === last && p[1] === boxes(b.closest('tr')).length - 1 && b.value) {
        e.preventDefault();
        boxes(add())[0].focus();
      }
    });
    set.addEventListener('paste', function (e) {
      var b = e.target, text = e.clipboardData && e.clipboardData.getData('text/plain');
      if (!text || !/[\t\n]/.test(text) || !b.closest('tbody')) return;
      e.preventDefault();
      var p = place(b), wide = boxes(b.closest('tr')).length;
      text.replace(/\r/g, '').replace(/\n$/, '').split('\n').slice(0, 500).forEach(function (line, r) {
        line.split('\t').slice(0, wide - p[1]).forEach(function (said, c) {
          var box = at(p[0] + r, p[1] + c);
          box.value = said.trim();
          if (box.tagName === 'SELECT' && box.value !== said.trim()) box.value = '';
        });
      });
      number();
      sum();
      tell(count);
    });
    set.addEventListener('input', function (e) { if (e.target !== count) sum(); });
  }

  function start() {
    all('[data-rows]').forEach(table);
    all('[data-span]').forEach(watchSpan);
    all('[data-watch=money]').forEach(watchMoney);
    doc.addEventListener('input', function (e) {
      if (e.target.matches && e.target.matches('[data-watch=money],[inputmode=decimal]')) stale();
    });
  }
  if (doc.readyState === 'loading') doc.addEventListener('DOMContentLoaded', start);
  else start();
})();
