#!/bin/sh
#===-- nginx.sh - nginx under bsan run ------------------------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# The master process has no loop; its worker, a fork of it, has one and opens
# and reads the files that it serves in it ("aio threads" would not).
#
#===----------------------------------------------------------------------===//

# shellcheck source=test/programs/lib.sh
. "$(dirname "$0")/lib.sh"
test_begin "$@"
need curl curl
need nginx nginx-light

mkdir "$work/site" "$work/tmp"
echo 'a static page' >"$work/site/page"
# Workers of root's would be another user, who cannot enter $work.
[ "$(id -u)" -ne 0 ] || user='user root;'
cat >"$work/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $work/pid;
error_log stderr warn;
${user:-}
events {}
http {
  access_log off;
  client_body_temp_path $work/tmp;
  proxy_temp_path $work/tmp;
  fastcgi_temp_path $work/tmp;
  uwsgi_temp_path $work/tmp;
  scgi_temp_path $work/tmp;
  server { listen unix:$work/socket; root $work/site; }
}
END

log=$work/log
url=http://localhost
get() { curl -sS --max-time 30 --unix-socket "$work/socket" "$url$1"; }
start nginx "$bin/bsan" run --log "$log" -- "$found" -p "$work" \
  -e stderr -c "$work/nginx.conf"
wait_for "nginx answers" get /page

for _ in 1 2 3; do
  expect_equal "GET /page" 'a static page' "$(get /page)"
done
expect_equal "GET of nothing" '404 Not Found' \
  "$(get /nothing | sed -n 's|.*<title>\(.*\)</title>.*|\1|p')"
kill -QUIT "$pid" # nginx's graceful end.
finish "$pid"
expect_equal "nginx's exit status" 0 "$status"

expect_loop ngx_process_events_and_timers
expect_blocked open
expect_equal "the page is what it opens" 1 \
  "$(count_reports "^ *open\\(\"$work/site/page\"\\)")"
expect_no_socket_reports
test_end
