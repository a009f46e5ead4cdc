#!/bin/sh
#===-- nginx.sh - nginx under bsan run ------------------------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# The master process has no loop; its worker, a fork of it, has one and opens
# and reads the files that it serves in it ("aio threads" would not). It is a
# proxy too, for a server of its own, and keeps on disk what does not fit into
# its buffers.
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
test_begin "$@"
need curl curl
need nginx nginx-light

mkdir "$work/site" "$work/site/folder"
echo 'a static page' >"$work/site/page"
echo 'its index' >"$work/site/folder/index.html"
seq 200000 >"$work/site/large"
head -c 100000 "$work/site/large" >"$work/body"

# Workers of root's would be another user, who cannot enter $work.
[ "$(id -u)" -ne 0 ] || user='user root;'
configure() {
  cat >"$work/$how/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $work/$how/pid;
error_log stderr warn;
${user:-}
events {}
http {
  access_log $work/$how/access.log;
  client_body_temp_path $work/$how/body;
  proxy_temp_path $work/$how/proxy;
  fastcgi_temp_path $work/$how/fastcgi;
  uwsgi_temp_path $work/$how/uwsgi;
  scgi_temp_path $work/$how/scgi;
  sendfile on;
  server {
    listen unix:$work/socket;
    root $work/site;
    location /proxy/ { proxy_pass http://unix:$work/backend:/; }
  }
  server { listen unix:$work/backend; root $work/site; }
}
END
}

url=http://localhost
get() {
  page=$1
  shift
  curl -sS --max-time 30 --unix-socket "$work/socket" "$url$page" "$@"
}
get_slowly() { get "$1" --limit-rate 8M | cksum; }

serve() {
  configure
  rm -f "$work/socket" "$work/backend"
  launch nginx "$found" -p "$work/$how" -e stderr -c "$work/$how/nginx.conf"
  wait_for "nginx answers" get /page
  for _ in 1 2 3; do
    expect_equal "GET /page" 'a static page' "$(get /page)"
  done
  expect_equal "GET of a folder" 'its index' "$(get /folder/)"
  expect_equal "GET of nothing" '404 Not Found' \
    "$(get /nothing | sed -n 's|.*<title>\(.*\)</title>.*|\1|p')"
  large=$(cksum <"$work/site/large")
  expect_equal "GET of a large file" "$large" "$(get_slowly /large)"
  expect_equal "the same through the proxy" "$large" \
    "$(get_slowly /proxy/large)"
  expect_equal "POST through the proxy: of a static page" 405 \
    "$(get /proxy/page -o "$work/answer" -w '%{http_code}' \
      --data-binary "@$work/body")"
  kill -QUIT "$pid" # nginx's graceful end.
  finish "$pid"
  expect_equal "nginx's exit status" 0 "$status"
}

each_way serve
expect_same_output nginx
expect_loop ngx_process_events_and_timers
expect_blocked open
expect_equal "the page is what it opens" 1 \
  "$(count_reports "^ *open\\(\"$work/site/page\"\\)")"
expect_no_socket_reports
expect_truth nginx
test_end
