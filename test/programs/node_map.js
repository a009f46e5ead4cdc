//===-- node_map.js - What node_map.sh runs -------------------------------===//
//
// Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// node_map.js FILE: reads it in callbacks of a timer.
//
//===----------------------------------------------------------------------===//

'use strict';
const fs = require('fs');

function readNow() {
  return fs.readFileSync(process.argv[2]);
}

let count = 0;
const timer = setInterval(function onTimer() {
  readNow();
  if (++count === 5) {
    clearInterval(timer);
    console.log('done');
  }
}, 1);
