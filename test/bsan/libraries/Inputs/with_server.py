#===-- with_server.py - Runs a command beside a private server -------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# usage: with_server.py redis|postgres|dbus|http COMMAND...
# COMMAND finds in BSAN_TEST_SERVER what it is to connect to: the path of a
# socket, parameters of PostgreSQL, an address of D-Bus, a URL. Sockets are in a
# new folder in /tmp: their paths must be short, and TMPDIR may be closed to the
# user that a server runs as. The server runs without the runtime and ends with
# the command.
#
#===------------------------------------------------------------------------===#

import glob
import http.server
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

TIMEOUT_S = 60


def wait_for_socket(path, server):
    end = time.monotonic() + TIMEOUT_S
    with socket.socket(socket.AF_UNIX) as client:
        while client.connect_ex(path):
            if server.poll() is not None or time.monotonic() > end:
                sys.exit(f"nobody listens on {path}")
            time.sleep(0.01)


def start(command, path, **options):
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    wait_for_socket(path, server)
    return server.terminate


def start_redis(folder):
    path = os.path.join(folder, "redis")
    return path, start(["redis-server", "--unixsocket", path, "--port", "0",
                        "--save", ""], path, cwd=folder)


def start_dbus(folder):
    path = os.path.join(folder, "bus")
    return f"unix:path={path}", start(
        ["dbus-daemon", "--session", "--nofork", f"--address=unix:path={path}"],
        path, stderr=subprocess.DEVNULL)


# PostgreSQL refuses to run as root.
def start_postgres(folder):
    options = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid,
                   "extra_groups": []}
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    data = os.path.join(folder, "data")
    subprocess.run([f"{programs}/initdb", "-D", data, "-A", "trust", "-U",
                    "test", "--no-sync", "--no-locale"], check=True, cwd="/",
                   stdout=subprocess.DEVNULL, **options)
    control = [f"{programs}/pg_ctl", "-w", "-D", data]
    subprocess.run(control + ["-o", f"-F -k {folder} -c listen_addresses=",
                              "-l", os.path.join(folder, "log"), "start"],
                   check=True, cwd="/", stdout=subprocess.DEVNULL, **options)

    def stop():
        subprocess.run(control + ["-m", "immediate", "stop"], check=True,
                       cwd="/", stdout=subprocess.DEVNULL, **options)
    return f"host={folder} user=test dbname=postgres", stop


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"some text")

    def log_message(self, *_):
        pass


def start_http(_):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/", server.shutdown


SERVERS = {"redis": start_redis, "postgres": start_postgres,
           "dbus": start_dbus, "http": start_http}


def main():
    kind, command = sys.argv[1], sys.argv[2:]
    folder = tempfile.mkdtemp(prefix="bsan-", dir="/tmp")
    try:
        address, stop = SERVERS[kind](folder)
        environment = dict(os.environ, BSAN_TEST_SERVER=address)
        try:
            status = subprocess.run(command, env=environment,
                                    check=False).returncode
        finally:
            stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(status)


main()
