//===-- node_app.js - What node.sh runs -----------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// node_app.js FILE: an HTTP server on a free port, which it prints.
//
//===----------------------------------------------------------------------===//

'use strict';
const fs = require('fs');
const http = require('http');

const file = process.argv[2];
const answers = {
  '/text': (response) => response.end('text\n'),
  '/async': (response) =>
      fs.readFile(file, (error, data) => response.end(error ? 'error' : data)),
  '/sync': (response) => response.end(fs.readFileSync(file)),
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
