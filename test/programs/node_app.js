//===-- node_app.js - What node.sh runs -----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// node_app.js FOLDER: an HTTP server on a free port, which it prints. FOLDER
// has the files "async" and "sync"; the second half of the answers block the
// loop.
//
//===----------------------------------------------------------------------===//

'use strict';
const child_process = require('child_process');
const crypto = require('crypto');
const dns = require('dns');
const fs = require('fs');
const http = require('http');
const path = require('path');

const folder = process.argv[2];
const made = path.join(folder, 'made');

// Of files: all that a program does to them while it answers.
function useFiles() {
  fs.mkdirSync(made);
  const text = path.join(made, 'text');
  const handle = fs.openSync(text, 'w');
  fs.writeSync(handle, 'some text\n');
  fs.fsyncSync(handle);
  fs.closeSync(handle);
  fs.appendFileSync(text, 'more\n');
  fs.renameSync(text, text + '2');
  fs.symlinkSync('text2', text);
  const seen = [
    fs.existsSync(text), fs.statSync(text).size, fs.readlinkSync(text),
    fs.realpathSync.native(text) === fs.realpathSync(text + '2'),
    fs.readdirSync(made).length,
  ];
  fs.rmSync(made, {recursive: true});
  return seen.join(' ') + '\n';
}

const answers = {
  '/text': (response) => response.end('text\n'),
  '/async': (response) => fs.readFile(
      path.join(folder, 'async'),
      (error, data) => response.end(error ? 'error' : data)),
  // The C library's, on a worker thread.
  '/lookup': (response) => dns.lookup(
      'localhost', {family: 4},
      (error, address) => response.end(error ? 'error' : address + '\n')),
  '/scrypt': (response) => crypto.scrypt(
      'secret', 'salt', 16,
      (error, key) => response.end(error ? 'error' : key.length + '\n')),

  '/sync': (response) =>
      response.end(fs.readFileSync(path.join(folder, 'sync'))),
  '/files': (response) => response.end(useFiles()),
  '/exec': (response) =>
      response.end(child_process.execSync('sleep 0.1; echo from a child')),
  // These compute; the processor is all that they wait for.
  '/crypto': (response) => {
    const hash = crypto.pbkdf2Sync('secret', 'salt', 1000, 16, 'sha256');
    response.end(hash.length + crypto.randomBytes(16).length + '\n');
  },
  '/quit': (response) => {
    response.end('bye\n');
    process.exitCode = 3;
    server.close();
  },
};

const server = http.createServer((request, response) => {
  response.setHeader('Connection', 'close');
  answers[request.url](response);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
