// Fetches every page that links lead to, as several people, and looks at it in one browser, at three widths and three
// sizes of type: script errors, what the security policy refused, failed requests, links to nothing, sideways scroll,
// and (with --axe) what axe-core calls serious. Not for journeys: it presses nothing. Of a kind of page (one address
// without its numbers) so many are looked at; beyond the first only those built of something none before was.
// Usage: node crawl.js --chromium FILE --base URL --password P --people A,B --out FOLDER [--modules FOLDER] [--axe] [--shots WORD,…] [--chosen FILE]
'use strict';
const fs = require('fs');
const path = require('path');

const given = {};
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, '');
  const next = process.argv[i + 1];
  given[name] = next && !next.startsWith('--') ? process.argv[++i] : true;
}
const puppeteer = require(path.join(given.modules, 'puppeteer-core'));
const axe = given.axe ? fs.readFileSync(path.join(given.modules, 'axe-core/axe.min.js'), 'utf8') : '';
const FROM = ['/todo', '/me', '/help', '/start', '/register'];
const SIZES = ['', 'z2', 'z3'];
const SCREENS = [[1366, 768], [820, 1180], [360, 740]];
const FETCHED = 40; // of one kind: weeks, years and orders of a list go on for ever
const ALIKE = 1; // of one kind, looked at whatever it is built of
const MOST = 4000;

// The kind of a page: its address without numbers and with the names of what is asked only.
function kind(link) {
  const url = new URL(link, given.base);
  // the ways to narrow a list multiply; two of them stand for the others
  const many = /^\/(register|hang)/.test(url.pathname) && url.search;
  const asked = many ? '…' : [...new URLSearchParams(url.search).keys()].sort().join('&');
  const parts = url.pathname.split('/').map((p) => (/\d/.test(p) || p.length > 24 ? '#' : p));
  // every procedure has pages of its own; what follows them is alike
  if (['start', 'register', 'procedures'].includes(parts[1]) && (parts[3] || url.search)) parts[2] = '#';
  return parts.join('/') + '?' + asked;
}

async function logIn(page, person) {
  await page.goto(given.base + '/login');
  await page.evaluate((name, password) => {
    const secret = document.querySelector('input[type=password]');
    secret.value = password;
    secret.form.querySelector('input[name=name]').value = name;
  }, person, given.password);
  await Promise.all([page.waitForNavigation(), page.click('main form button.key')]);
  if (page.url().includes('/login')) throw new Error(person + ' cannot log in');
}

// What a page is built of: which element of which class stands in which, and which fields it asks for.
function bricks(html) {
  const all = new Set();
  const open = [];
  for (const [, end, tag, rest] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (end) {
      const at = open.map((o) => o.tag).lastIndexOf(tag);
      if (at >= 0) open.length = at;
      continue;
    }
    const said = (name) => (rest.match(new RegExp('\\s' + name + '="([^"]*)"')) || [])[1] || '';
    const name = [tag, said('class'), said('type'), said('role')].join('.');
    all.add((open.length ? open[open.length - 1].name : '') + '>' + name);
    if (!/^(meta|link|input|br|hr|img|col|wbr|source)$/.test(tag)) open.push({ tag, name });
  }
  return all;
}

// All addresses of HTML pages somebody's links lead to, with what they are built of; links to nothing are trouble.
async function list(page, trouble) {
  const cookies = (await page.cookies()).map((c) => c.name + '=' + c.value).join('; ');
  const found = [];
  const met = new Set(FROM);
  const kinds = {};
  const next = FROM.map((at) => [at, 'the beginning']);
  while (next.length && met.size < MOST) {
    const [at, source] = next.shift();
    const reply = await fetch(given.base + at, { headers: { cookie: cookies }, redirect: 'manual' });
    const html = (reply.headers.get('content-type') || '').startsWith('text/html');
    const text = html ? await reply.text() : '';
    if (!html && reply.body) await reply.body.cancel();
    if (reply.status >= 400) trouble(at, reply.status + ', linked from ' + source);
    if (reply.status === 200 && text) found.push([at, bricks(text)]);
    const links = [...text.matchAll(/<a [^>]*?href="([^"]+)"/g)].map((m) => m[1].replace(/&amp;/g, '&'));
    if (reply.headers.get('location')) links.push(reply.headers.get('location'));
    for (const raw of links) {
      const link = raw.split('#')[0];
      if (!link.startsWith('/') || link.startsWith('//') || link.startsWith('/assets/') || met.has(link)) continue;
      const k = kind(link);
      kinds[k] = (kinds[k] || 0) + 1;
      if (kinds[k] > FETCHED) continue;
      met.add(link);
      next.push([link, at]);
    }
  }
  if (met.size >= MOST) trouble('/', 'more than ' + MOST + ' pages');
  return found;
}

// Runs in the page: in which sizes of type it is wider than the window, how far, and what sticks out furthest.
function sideways(sizes) {
  const said = [];
  sizes.forEach((size) => {
    document.documentElement.className = size;
    const seen = document.documentElement.clientWidth;
    const wide = document.documentElement.scrollWidth - seen;
    if (wide <= 0) return;
    let worst = '';
    let by = 0;
    document.querySelectorAll('body *').forEach((e) => {
      const out = e.getBoundingClientRect().right - seen;
      if (out > by && !e.closest('.scroll')) { by = out; worst = e.outerHTML.slice(0, 120); }
    });
    said.push((size || 'z1') + ': ' + wide + ' px sideways: ' + worst);
  });
  return said;
}

async function look(page, at, name, fresh, trouble) {
  const reply = await page.goto(given.base + at, { waitUntil: 'load' });
  if (reply && reply.status() >= 400) trouble(at, 'answered ' + reply.status());
  if (await page.evaluate(() => !document.title || document.documentElement.lang !== 'zh-CN' || !document.querySelector('h1'))) {
    trouble(at, 'wants a title, lang and an h1');
  }
  for (const [width, height] of SCREENS) {
    await page.setViewport({ width, height, isMobile: width < 600, hasTouch: width < 600 });
    const out = await page.evaluate(sideways, SIZES);
    out.forEach((o) => trouble(at, width + ' ' + o));
    if (name) {
      for (const size of width < 600 ? ['', 'z3'] : ['']) {
        await page.evaluate((c) => { document.documentElement.className = c; }, size);
        await page.screenshot({ path: path.join(given.out, name + '-' + width + size + '.png'), fullPage: true });
      }
    }
  }
  if (axe && fresh) await examine(page, at, trouble);
}

async function examine(page, at, trouble) {
  await page.setViewport({ width: 1366, height: 768 });
  await page.evaluate(axe);
  for (const size of SIZES) {
    const said = await page.evaluate(async (c) => {
      document.documentElement.className = c;
      const all = await window.axe.run(document, { resultTypes: ['violations'] });
      return all.violations
        .filter((v) => v.impact === 'serious' || v.impact === 'critical')
        .map((v) => v.id + ' (' + v.impact + ', ' + v.nodes.length + '): ' + v.nodes[0].html.slice(0, 160));
    }, size);
    said.forEach((s) => trouble(at, 'axe ' + (size || 'z1') + ' ' + s));
  }
}

// Of the pages everybody met: the first of each kind, and those built of something that none before was.
function chooser(chosen) {
  const seen = {};
  const known = new Set();
  return (person, found) => {
    for (const [at, made] of found) {
      const k = kind(at);
      seen[k] = (seen[k] || 0) + 1;
      chosen.pages += 1;
      const fresh = [...made].filter((brick) => !known.has(brick));
      if (seen[k] > ALIKE && !fresh.length) continue;
      fresh.forEach((brick) => known.add(brick));
      const name = String(chosen.looks.length).padStart(4, '0') + at.replace(/[^a-z0-9]+/gi, '_').slice(0, 60);
      chosen.looks.push({ person, at, name, first: seen[k] === 1 || fresh.length > 0 });
    }
    chosen.kinds = Object.keys(seen).length;
  };
}

(async () => {
  fs.mkdirSync(given.out, { recursive: true });
  const browser = await puppeteer.launch({
    executablePath: given.chromium,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking',
      '--lang=zh-CN', '--no-zygote'],
  });
  const all = {};
  const words = typeof given.shots === 'string' ? given.shots.split(',') : [];
  // what is to be looked at is chosen once: the same office is looked at by the next browser
  const kept = typeof given.chosen === 'string' && fs.existsSync(given.chosen) && JSON.parse(fs.readFileSync(given.chosen, 'utf8'));
  const chosen = kept || { pages: 0, kinds: 0, looks: [] };
  const choose = chooser(chosen);
  for (const person of given.people.split(',')) {
    const context = await browser.createIncognitoBrowserContext();
    const page = await context.newPage();
    let now = '/login';
    const trouble = (at, what) => {
      // what stands on every page is said once
      const key = / sideways: <|^axe /.test(what) ? what.replace(/^[^<]*?(\d+ z\d)[^<]*/, '$1 ').slice(0, 70) : kind(at) + ' ' + what.slice(0, 60);
      if (!all[key]) console.log(person + '  ' + at + '  ' + what);
      all[key] = true;
    };
    page.on('pageerror', (e) => trouble(now, 'script: ' + e.message.split('\n')[0]));
    page.on('console', (m) => { if (m.type() === 'error') trouble(now, 'console: ' + m.text()); });
    page.on('requestfailed', (r) => {
      // a page that is left takes its own questions with it
      const left = r.failure().errorText === 'net::ERR_ABORTED' && ['fetch', 'xhr'].includes(r.resourceType());
      if (!left && !/\/(pulse|count)/.test(r.url())) trouble(now, 'request: ' + r.url() + ' ' + r.failure().errorText);
    });
    await page.setViewport({ width: 1366, height: 768 });
    await logIn(page, person);
    if (!kept) choose(person, await list(page, trouble));
    for (const one of chosen.looks.filter((l) => l.person === person)) {
      now = one.at;
      const name = one.first && words.some((w) => one.at.startsWith(w)) && one.name;
      try { await look(page, one.at, name, one.first, trouble); } catch (e) { trouble(one.at, 'stopped: ' + e.message.split('\n')[0]); }
    }
    console.log(person + ': ' + chosen.looks.filter((l) => l.person === person).length + ' pages looked at');
    await context.close();
  }
  const version = await browser.version();
  await browser.close();
  const said = Object.keys(all);
  if (typeof given.chosen === 'string' && !kept) fs.writeFileSync(given.chosen, JSON.stringify(chosen));
  console.log(version + ': ' + chosen.pages + ' pages of ' + chosen.kinds + ' kinds fetched, ' + chosen.looks.length + ' looked at, ' + said.length + ' findings');
  process.exit(said.length ? 1 : 0);
})().catch((e) => { console.error(e); process.exit(2); });
