"""Sets sqlmap and wapiti on a running trial office, as several people, and says what they found. Not for starting the office
(tests/attackers does). Every finding fails that EXPLAINED does not explain, and so does every answer of 500 or more.
Usage: strike.py --port N --password P --out FOLDER --bin FOLDER --people NAME,NAME,… [--only sqlmap|wapiti] [--minutes N]"""

import argparse
import csv
import glob
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from record import walk
from relay import SPARED, Ear, Person, Tally, relay

# (tool, what it calls it, where, why it is none): regular expressions, read beside each other.
EXPLAINED = [
    ("sqlmap", "injection", "false positive or unexploitable",
     "sqlmap took it back at its own second look: the answer had changed because the office had (what was sent was there by then)"),
    ("wapiti", "LDAP Injection", "POST /login|GET /(search|register/)",
     "nothing here asks a directory service; the answers differed because wrong passwords had locked the name by then, or because "
     "a search finds other things for other words"),
    ("wapiti", "Htaccess Bypass", " ABC ",
     "it takes any answer but a refusal for a page: a method nobody knows is told 405 before it is asked who asks"),
    ("wapiti", "Path Traversal", "/file/pdf bare PHP local inclusion",
     "it looks for one byte (0xB8), which is in every PDF; the answer is the same document as without"),
    ("wapiti", "Secure Flag cookie", "ink_",
     "the trial office is asked over HTTP, where no cookie can be Secure; over HTTPS all of ours are (tests/it/https/sessions.rs)"),
]

# Fields of one run of sqlmap.
SHARE = 60
# Left out: those that ask something of the internet themselves (lists of other products' holes), and csrf, whose wrong tokens the
# relay would put right on the way (tests/it/access/csrf.rs tries them).
MODULES = ("sql,timesql,xss,permanentxss,file,exec,crlf,redirect,ssrf,upload,xxe,ldap,htaccess,methods,csp,cookieflags,http_headers,"
           "backup,shellshock")


def burp(port, requests):
    """Requests as sqlmap reads them from a proxy's log."""
    out = []
    for r in requests:
        head = [f"{r['method']} {r['at']} HTTP/1.1", f"Host: 127.0.0.1:{port}", "User-Agent: Mozilla/5.0", "Accept: text/html"]
        if r["method"] == "POST":
            head.append("Content-Type: application/x-www-form-urlencoded")
        out.append("=" * 54 + "\n" + f"http://127.0.0.1:{port}\n" + "=" * 54 + "\n" + "\n".join(head) + "\n\n" + r["data"] + "\n" + "=" * 54 + "\n\n")
    return "\n".join(out)


def run(words, log, seconds):
    """Runs a tool with its output in a file; says whether it came to its end."""
    with open(log, "w") as said:
        try:
            return subprocess.run(words, stdout=said, stderr=subprocess.STDOUT, timeout=seconds).returncode
        except subprocess.TimeoutExpired:
            return "stopped"


def sqlmap(given, person, requests, port, folder):
    """Every request of one person, or of none its headers; gives findings, how many fields it got through, how it ended."""
    os.makedirs(folder, exist_ok=True)
    log = f"{folder}/requests.log"
    with open(log, "w") as f:
        f.write(burp(given.port, requests))
    what = ["-l", log] if requests else ["-u", f"http://127.0.0.1:{given.port}/todo", "--level=3", "-p", "user-agent,referer,host"]
    words = ["nice", f"{given.bin}/sqlmap", *what, "--batch", f"--proxy=http://127.0.0.1:{port}", "--dbms=sqlite", "--technique=BEUST",
             "--time-sec=3", "--timeout=40", "--retries=1", "--ignore-code=*", "--flush-session", "--disable-coloring",
             "--output-dir", f"{folder}/out", "--results-file", f"{folder}/results.csv", "-v", "1"]
    ended = run(words, f"{folder}/said", given.minutes * 60)
    said = open(f"{folder}/said", errors="replace").read()
    findings = []
    for path in glob.glob(f"{folder}/results.csv"):
        for row in csv.DictReader(open(path)):
            if row.get("Technique(s)"):
                findings.append(("sqlmap", f"injection {row['Technique(s)']}", f"{person} {row['Place']} {row['Parameter']} {row['Target URL']} {row.get('Note(s)', '')}"))
    for word in set(re.findall(r"heuristic \([^)]*\) test shows that .* might be (?:injectable|vulnerable)[^\n]*", said)):
        findings.append(("sqlmap", "heuristic", f"{person} {word}"))
    through = len(re.findall(r"parameter '[^']*' (?:does not seem to be|is) (?:injectable|vulnerable)", said))
    return findings, through, ended


def wapiti(given, person, port, starts, folder, ear):
    """All modules over what wapiti itself finds from these pages."""
    os.makedirs(folder, exist_ok=True)
    base = f"http://127.0.0.1:{given.port}"
    words = ["nice", f"{given.bin}/wapiti", "-u", f"{base}/", "--scope", "domain", "-p", f"http://127.0.0.1:{port}", "-m", MODULES, "-d", "3",
             "--max-links-per-page", "60", "--max-files-per-dir", "12", "--max-parameters", "30", "--max-scan-time", str(given.minutes * 6),
             "--max-attack-time", str(given.minutes * 18 // len(MODULES.split(","))), "-S", "normal", "--tasks", "4", "-t", "40", "--flush-session", "--no-bugreport", "-f", "json",
             "-o", f"{folder}/report.json", "--store-session", f"{folder}/session", "--endpoint", f"http://127.0.0.1:{ear}/", "-v", "1", "--skip", "_csrf", "--skip", "_op"]
    for at in starts:
        words += ["-s", base + at]
    ended = run(words, f"{folder}/said", given.minutes * 30)
    if not os.path.exists(f"{folder}/report.json"):
        return [("wapiti", "no report", f"{person} {ended}")], 0, ended
    report = json.load(open(f"{folder}/report.json"))
    findings = []
    for part in ("vulnerabilities", "anomalies"):
        for what, all_ in report[part].items():
            findings += [("wapiti", what, f"{person} {f['method']} {f['path']} {f.get('parameter') or ''} {f['info']}") for f in all_]
    return findings, report["infos"].get("crawled_pages_nbr", 0), ended


def shares(requests):
    """Requests in shares that two workers end at about the same time."""
    share = []
    for r in requests:
        share.append(r)
        if sum(r["fields"] for r in share) >= SHARE:
            yield share
            share = []
    if share:
        yield share


def explained(finding):
    return next((why for *patterns, why in EXPLAINED if all(re.search(p, said) for p, said in zip(patterns, finding))), None)


def main():
    ask = argparse.ArgumentParser()
    for name in ("port", "password", "out", "bin", "people"):
        ask.add_argument(f"--{name}", required=True, type=int if name == "port" else str)
    ask.add_argument("--only", default="sqlmap,wapiti")
    ask.add_argument("--minutes", type=int, default=25)
    given = ask.parse_args()
    began = time.monotonic()
    tally, known, work, ear = Tally(), set(), [], Ear()
    for i, name in enumerate(given.people.split(",") + [""]):
        person = Person(given.port, name, given.password, f"127.0.0.{10 + i}")
        person.enter(None)
        found, pages = walk(person, known) if name else walk_door(person, known)
        new = [r for r in found if not any(re.search(p, f"{r['method']} {r['at']}") for p, _ in SPARED)]
        work.append((name or "nobody", person, relay(person, tally, ear), new))
        posts = sum(r["method"] == "POST" for r in new)
        print(f"{name or 'nobody'}: {pages} pages, {posts} forms and {len(new) - posts} addresses not met before", flush=True)
    todo, findings = [], []
    with ThreadPoolExecutor(2) as pool:
        for n, (name, person, server, requests) in enumerate(work):
            port, folder = server.server_address[1], f"{given.out}/{n}"
            starts = [r["at"].replace("*", "") for r in requests if r["method"] == "GET"][:60]
            if "sqlmap" in given.only:
                for i, some in enumerate(shares(requests)):
                    fields = sum(r["fields"] for r in some)
                    todo.append((name, "sqlmap", fields, pool.submit(sqlmap, given, name, some, port, f"{folder}/sqlmap{i}")))
                if n == 0:
                    todo.append((name, "sqlmap on headers", 3, pool.submit(sqlmap, given, name, [], port, f"{folder}/headers")))
            # whose pages are nearly those of the one before is left to sqlmap
            if "wapiti" in given.only and (len(requests) > 10 or not person.name):
                todo.append((name, "wapiti", 0, pool.submit(wapiti, given, name, port, starts, f"{folder}/wapiti", ear.port)))
        for name, tool, n, one in todo:
            some, through, ended = one.result()
            findings += some
            print(f"{name}: {tool} {through}{f' of {n} fields' if n else ' pages'}, {len(some)} findings{'' if ended in (0, 1) else f', ended by {ended}'}", flush=True)
    findings += [("ear", "the office asked for what it was told to", words) for words in ear.heard]
    said = tally.said()
    requests = [r for *_, all_ in work for r in all_]
    forms = sum(r["method"] == "POST" for r in requests)
    left = [f for f in sorted(set(findings)) if not explained(f)]
    why = {}
    for f in findings:
        if explained(f):
            why[explained(f)] = why.get(explained(f), 0) + 1
    json.dump({**said, "findings": findings}, open(f"{given.out}/said.json", "w"), ensure_ascii=False, indent=1)
    print(f"{forms} forms, {len(requests) - forms} addresses, {sum(r['fields'] for r in requests)} parameters; "
          f"{sum(said['statuses'].values())} requests {said['statuses']}, slowest {said['slowest']}; "
          f"logged in {sum(p.entered for _, p, _, _ in work)} times; spared {sum(said['spared'].values())}; {(time.monotonic() - began) / 60:.1f} minutes")
    for words, n in why.items():
        print(f"explained, {n} times: {words}")
    for f in left:
        print("FINDING", *f)
    for key, what in said["faults"].items():
        print("FAULT", key, "\n   ", what[:600].replace("\n", "\n    "))
    sys.exit(1 if left or said["faults"] else 0)


def walk_door(person, known):
    """What stands open to everybody."""
    import record
    kept, record.FROM = record.FROM, ["/login", "/rescue", "/help"]
    try:
        return walk(person, known)
    finally:
        record.FROM = kept


if __name__ == "__main__":
    main()
