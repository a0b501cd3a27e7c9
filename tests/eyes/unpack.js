// Unpacks one of the old Chromiums that are published for cloud functions: the program and, where they come
// beside it, the libraries it wants. Not for downloading (npm did that). Usage: node unpack.js PACKAGE FOLDER
'use strict';
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const { execFileSync } = require('child_process');

const [, , from, to] = process.argv;
const bin = path.join(from, 'bin');
const program = path.join(to, 'chromium');
if (!fs.existsSync(program)) {
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(bin)) {
    const file = path.join(bin, name);
    if (!fs.statSync(file).isFile() || !name.endsWith('.br')) continue;
    const bytes = zlib.brotliDecompressSync(fs.readFileSync(file));
    if (name.endsWith('.tar.br')) {
      const tar = path.join(to, name.slice(0, -3));
      fs.writeFileSync(tar, bytes);
      execFileSync('tar', ['-xf', tar, '-C', to]);
      fs.unlinkSync(tar);
    } else {
      // last, under its own name only when whole: a stopped run begins again
      fs.writeFileSync(program + '.part', bytes, { mode: 0o755 });
    }
  }
  fs.renameSync(program + '.part', program);
}
