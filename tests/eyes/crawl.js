// Visits every page that links lead to, as several people, in one browser, at two widths and three sizes of
// type, and says what is wrong with it: script errors, what the security policy refused, failed requests, links
// to nothing, sideways scroll, and (with --axe) what axe-core calls serious. Not for journeys: it presses nothing.
// Usage: node crawl.js --chromium FILE --base URL --password P --people A,B --out FOLDER [--modules FOLDER] [--axe] [--shots WORD,…]
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
const SCREENS = [[1366, 768], [360, 740]];
const ALIKE = 2; // so many pages of one kind stand for the rest
const MOST = 900;

// The kind of a page: its address without numbers and with the names of what is asked only.
function kind(link) {
  const url = new URL(link, given.base);
  // the ways to narrow a list multiply; two of them stand for the others
  const many = /^\/(register|hang)/.test(url.pathname) && url.search;
  const asked = many ? '…' : [...new URLSearchParams(url.search).keys()].sort().join('&');
  const parts = url.pathname.split('/').map((p) => (/\d/.test(p) || p.length > 24 ? '#' : p));
  if (['start', 'register', 'procedures'].includes(parts[1]) && parts[2]) parts[2] = '#';
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

// All addresses of HTML pages somebody's links lead to; links to nothing are trouble.
async function list(page, trouble) {
  const cookies = (await page.cookies()).map((c) => c.name + '=' + c.value).join('; ');
  const found = [];
  const met = new Set(FROM);
  const kinds = {};
  const next = FROM.map((at) => [at, 'the beginning']);
  while (next.length && met.size < MOST) {
    const [at, source] = next.shift();
    const reply = await fetch(given.base + at, { headers: { cookie: cookies }, redirect: 'manual' });
    const text = (reply.headers.get('content-type') || '').startsWith('text/html') ? await reply.text() : '';
    if (reply.status >= 400) trouble(at, reply.status + ', linked from ' + source);
    if (reply.status === 200 && text) found.push(at);
    const links = [...text.matchAll(/<a [^>]*?href="([^"]+)"/g)].map((m) => m[1].replace(/&amp;/g, '&'));
    if (reply.headers.get('location')) links.push(reply.headers.get('location'));
    for (const raw of links) {
      const link = raw.split('#')[0];
      if (!link.startsWith('/') || link.startsWith('//') || link.startsWith('/assets/') || met.has(link)) continue;
      const k = kind(link);
      kinds[k] = (kinds[k] || 0) + 1;
      if (kinds[k] > ALIKE) continue;
      met.add(link);
      next.push([link, at]);
    }
  }
  return found;
}

// Runs in the page: how far it is wider than the window, and what sticks out furthest.
function sideways() {
  const window_ = document.documentElement.clientWidth;
  const wide = document.documentElement.scrollWidth - window_;
  if (wide <= 0) return '';
  let worst = '';
  let by = 0;
  document.querySelectorAll('body *').forEach((e) => {
    const out = e.getBoundingClientRect().right - window_;
    if (out > by && !e.closest('.scroll')) { by = out; worst = e.outerHTML.slice(0, 120); }
  });
  return wide + ' px sideways: ' + worst;
}

async function look(page, at, name, fresh, trouble) {
  const reply = await page.goto(given.base + at, { waitUntil: 'load' });
  if (reply && reply.status() >= 400) trouble(at, 'answered ' + reply.status());
  if (await page.evaluate(() => !document.title || document.documentElement.lang !== 'zh-CN' || !document.querySelector('h1'))) {
    trouble(at, 'wants a title, lang and an h1');
  }
  for (const [width, height] of SCREENS) {
    await page.setViewport({ width, height, isMobile: width < 600, hasTouch: width < 600 });
    for (const size of SIZES) {
      await page.evaluate((c) => { document.documentElement.className = c; }, size);
      const out = await page.evaluate(sideways);
      if (out) trouble(at, width + ' ' + (size || 'z1') + ': ' + out);
    }
    if (name) {
      await page.evaluate(() => { document.documentElement.className = ''; });
      await page.screenshot({ path: path.join(given.out, name + '-' + width + '.png'), fullPage: true });
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

(async () => {
  fs.mkdirSync(given.out, { recursive: true });
  const browser = await puppeteer.launch({
    executablePath: given.chromium,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking',
      '--lang=zh-CN', '--no-zygote'],
  });
  const all = {};
  let pages = 0;
  const seen = new Set(); // kinds that somebody has looked at: pictures and axe want each once
  const words = typeof given.shots === 'string' ? given.shots.split(',') : [];
  for (const person of given.people.split(',')) {
    const context = await browser.createIncognitoBrowserContext();
    const page = await context.newPage();
    let now = '/login';
    const trouble = (at, what) => {
      const key = kind(at) + ' ' + what.slice(0, 60);
      if (!all[key]) console.log(person + '  ' + at + '  ' + what);
      all[key] = true;
    };
    page.on('pageerror', (e) => trouble(now, 'script: ' + e.message.split('\n')[0]));
    page.on('console', (m) => { if (m.type() === 'error') trouble(now, 'console: ' + m.text()); });
    page.on('requestfailed', (r) => {
      // a page that is left takes its own questions with it
      if (!/\/(pulse|count)/.test(r.url())) trouble(now, 'request: ' + r.url() + ' ' + r.failure().errorText);
    });
    await page.setViewport({ width: 1366, height: 768 });
    await logIn(page, person);
    const found = await list(page, trouble);
    for (const at of found) {
      now = at;
      const fresh = !seen.has(kind(at));
      seen.add(kind(at));
      const name = fresh && words.some((w) => at.startsWith(w)) && String(seen.size).padStart(3, '0') + at.replace(/[^a-z0-9]+/gi, '_').slice(0, 60);
      try { await look(page, at, name, fresh, trouble); } catch (e) { trouble(at, 'stopped: ' + e.message.split('\n')[0]); }
      pages += 1;
    }
    console.log(person + ': ' + found.length + ' pages');
    await context.close();
  }
  const version = await browser.version();
  await browser.close();
  const said = Object.keys(all);
  console.log(version + ': ' + pages + ' pages, ' + said.length + ' findings');
  process.exit(said.length ? 1 : 0);
})().catch((e) => { console.error(e); process.exit(2); });
