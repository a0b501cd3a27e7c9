/* 砚台 write.js: beside the box of an official text its structure, length and pages while it is typed; templates, the
   words of a file and the office's own papers brought into it. ES2017, no library. The box works without it. */
(function () {
  'use strict';
  var doc = document;
  var make = function (tag, cls, text) {
    var el = doc.createElement(tag);
    if (cls) el.className = cls;
    if (text) el.textContent = text;
    return el;
  };
  var tell = function (el) { el.dispatchEvent(new Event('input', { bubbles: true })); };
  var button = function (label, does) {
    var b = make('button', 'btn small', label);
    b.type = 'button';
    b.addEventListener('click', does);
    return b;
  };

  function insert(box, text) {
    box.focus();
    box.setRangeText(text, box.selectionStart, box.selectionEnd, 'end');
    tell(box);
  }
  /* a quoted paragraph stands on a line of its own */
  function quote(box, text) {
    var before = box.value.slice(0, box.selectionStart), after = box.value.slice(box.selectionEnd);
    var head = before && before.slice(-1) !== '\n' ? '\n' : '', tail = after.charAt(0) === '\n' ? '' : '\n';
    insert(box, head + text + tail);
  }

  /* ---- what is pasted: no indents, no blank lines, cells of a table between bars ---- */
  function plain(text) {
    return text.replace(/\r\n?/g, '\n').split('\n').map(function (line) {
      if (line.indexOf('\t') > 0) {
        return '| ' + line.split('\t').map(function (c) { return c.trim(); }).join(' | ') + ' |';
      }
      return line.replace(/^[\s\u3000\u00a0]+|[\s\u3000\u00a0]+$/g, '');
    }).filter(function (line) { return line; }).join('\n');
  }
  function pasted(box, e) {
    var data = e.clipboardData, text = data && data.getData('text/plain'), html = data && data.getData('text/html');
    /* what Word and WPS bring is cleaned by the server: numbers of lists, tables */
    if (html && html.length < 400000 && /<(table|p|li)[\s>]/i.test(html)) {
      e.preventDefault();
      var body = new URLSearchParams();
      body.set('_csrf', box.form.elements._csrf.value);
      body.set('pasted', html);
      fetch('/document/pasted', { method: 'POST', body: body, credentials: 'same-origin' }).then(function (r) {
        return r.ok ? r.json() : { text: '' };
      }).then(function (got) {
        var said = box.form.querySelector('.writer p.wrong');
        insert(box, got.text || plain(text || ''));
        if (said && got.wrong) { said.textContent = got.wrong; said.hidden = false; }
      }).catch(function () { insert(box, plain(text || '')); });
      return;
    }
    if (!text || !/[\n\t]|^[\s\u3000]/.test(text)) return;
    e.preventDefault();
    insert(box, plain(text));
  }

  function watch(box) {
    var form = box.form, token = form && form.elements._csrf;
    if (!token) return;
    var panel = make('div', 'writer'), tools = make('p', 'acts'), said = make('p', 'wrong'), found = make('div', 'found');
    said.hidden = true;
    said.setAttribute('role', 'status');
    var say = function (words) { said.textContent = words || ''; said.hidden = !words; };
    panel.appendChild(tools);
    panel.appendChild(said);
    var shelf = make('div', 'shelf');
    panel.appendChild(shelf);
    panel.appendChild(found);
    var hint = doc.getElementById('h-' + box.name), after = hint || box;
    after.parentNode.insertBefore(panel, after.nextSibling);

    /* ---- structure, length, pages ---- */
    var timer = 0, asked = 0;
    function look() {
      var mine = ++asked, body = new URLSearchParams();
      Array.prototype.forEach.call(form.elements, function (el) {
        if (!el.name || el === box || el.type === 'file' || el.type === 'password') return;
        if ((el.type === 'checkbox' || el.type === 'radio') && !el.checked) return;
        if (/^f\./.test(el.name) || el.name === '_csrf' || el.name === 'case') body.append(el.name, el.value);
      });
      var at = /^\/(start|case)\/([^\/?]+)/.exec(location.pathname);
      if (at) body.set(at[1] === 'start' ? 'procedure' : 'case', at[2]);
      body.set('text', box.value);
      fetch('/document/look', { method: 'POST', body: body, credentials: 'same-origin' }).then(function (r) {
        return r.ok ? r.text() : '';
      }).then(function (html) {
        if (mine !== asked || !html) return;
        found.innerHTML = html;
      }).catch(function () {});
    }
    var soon = function () { clearTimeout(timer); timer = setTimeout(look, 700); };
    form.addEventListener('input', soon);
    form.addEventListener('change', soon);
    box.addEventListener('paste', function (e) { pasted(box, e); });

    /* ---- templates ---- */
    var kinds = make('select');
    kinds.id = 'kinds';
    kinds.setAttribute('aria-label', '套用模板');
    kinds.appendChild(new Option('套用模板…', ''));
    tools.appendChild(kinds);
    var all = [];
    fetch('/document/kinds?part=1', { credentials: 'same-origin' }).then(function (r) { return r.json(); }).then(function (list) {
      all = list;
      list.forEach(function (k, n) { kinds.appendChild(new Option(k.name + '：' + k.use, String(n))); });
    }).catch(function () { kinds.hidden = true; });
    kinds.addEventListener('change', function () {
      var k = all[Number(kinds.value)];
      if (kinds.value === '' || !k) return;
      shelf.textContent = '';
      if (box.value.trim()) say('正文框里已经有字，模板不会盖掉它。要套用请先清空正文。');
      else { box.value = k.text; say(''); tell(box); }
      k.closings.forEach(function (c) {
        shelf.appendChild(button('插入“' + c + '”', function () { quote(box, c); }));
      });
      kinds.value = '';
    });

    /* ---- the words of a file ---- */
    if (!form.querySelector('[name=version]')) {
      var file = make('input');
      file.type = 'file';
      file.accept = '.docx,.txt';
      file.setAttribute('aria-label', '从 Word 或者文本文件取正文');
      file.hidden = true;
      tools.appendChild(button('从 Word 取正文', function () { file.click(); }));
      panel.appendChild(file);
      file.addEventListener('change', function () {
        if (!file.files.length) return;
        if (box.value.trim()) { say('正文框里已经有字。要从文件取，请先清空正文。'); file.value = ''; return; }
        var body = new FormData();
        body.append('_csrf', token.value);
        body.append('part', '1');
        body.append('file', file.files[0]);
        say('正在取……');
        fetch('/document/take', { method: 'POST', body: body, credentials: 'same-origin' }).then(function (r) {
          return r.json();
        }).then(function (got) {
          say(got.wrong || '');
          if (got.text) { box.value = got.text; tell(box); keep(file.files); }
          file.value = '';
        }).catch(function () { say('没有取成，请检查网络后再试。'); });
      });
    }
    /* the original stays with the case: it goes where the form takes files */
    function keep(files) {
      var into = form.querySelector('input[type=file][name^="f."]');
      if (!into) return;
      try { into.files = files; } catch (e) { return; }
      into.dispatchEvent(new Event('change', { bubbles: true }));
    }

    /* ---- the office's own papers ---- */
    var seek = make('input', 'few');
    seek.type = 'search';
    seek.placeholder = '找资料';
    seek.setAttribute('aria-label', '找本单位的资料来引用');
    var list = make('div', 'material');
    var part = function (at) {
      return fetch(at, { credentials: 'same-origin' }).then(function (r) { return r.ok ? r.text() : ''; });
    };
    var find = function () {
      if (!seek.value.trim()) return;
      part('/document/material?part=1&q=' + encodeURIComponent(seek.value)).then(function (html) {
        list.innerHTML = html;
      }).catch(function () { say('没有查成，请检查网络后再试。'); });
    };
    seek.addEventListener('keydown', function (e) {
      if (e.key !== 'Enter' || e.isComposing) return;
      e.preventDefault();
      find();
    });
    tools.appendChild(seek);
    tools.appendChild(button('找', find));
    panel.insertBefore(list, found);
    list.addEventListener('click', function (e) {
      var link = e.target.closest('[data-material]');
      if (!link) return;
      e.preventDefault();
      part(link.getAttribute('href') + '?part=1').then(function (html) {
        list.innerHTML = html;
        list.insertBefore(button('回到查到的', find), list.firstChild);
        Array.prototype.forEach.call(list.querySelectorAll('[data-quote]'), function (p) {
          var words = p.textContent;
          p.insertBefore(button('引用', function () { quote(box, words); }), p.firstChild);
        });
      }).catch(function () { say('没有打开，请检查网络后再试。'); });
    });
    look();
  }
  Array.prototype.forEach.call(doc.querySelectorAll('textarea[data-watch=document]'), watch);
})();
