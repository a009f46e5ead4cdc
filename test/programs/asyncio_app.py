#===-- asyncio_app.py - What asyncio.sh runs ------------------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# asyncio_app.py quiet FOLDER     uses much of asyncio and never blocks
# asyncio_app.py blocking FOLDER  makes four mistakes, each once
# asyncio_app.py all FOLDER       makes all that programs make: files, a
#                                 database, sockets, processes, an extension in
#                                 C (beside FOLDER); then what asyncio has
#
# What asyncio imports at its first use is imported before the loop starts:
# files that are read in a callback are a finding, even the standard library's.
#
#===----------------------------------------------------------------------===//

import asyncio
import encodings.idna  # By asyncio's connections, on first use.
import http.client
import http.server
import importlib.machinery
import importlib.util
import logging
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line)
        await writer.drain()
    writer.close()


async def ask(reader, writer, count):
    for number in range(count):
        writer.write(b"line %d\n" % number)
        assert await reader.readline() == b"line %d\n" % number
    writer.close()
    await writer.wait_closed()


async def use_streams():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    await asyncio.gather(
        *[ask(*await asyncio.open_connection(host, port), 50) for _ in range(5)]
    )
    server.close()
    left, right = socket.socketpair()
    task = asyncio.create_task(echo(*await asyncio.open_connection(sock=left)))
    await ask(*await asyncio.open_connection(sock=right), 50)
    await task


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self):
        self.received = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, address):
        self.received.set_result(data)


async def use_datagrams():
    loop = asyncio.get_running_loop()
    receiver, protocol = await loop.create_datagram_endpoint(
        Datagrams, local_addr=("127.0.0.1", 0)
    )
    sender, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol,
        remote_addr=receiver.get_extra_info("sockname"),
    )
    sender.sendto(b"datagram")
    assert await protocol.received == b"datagram"
    sender.close()
    receiver.close()


async def use_timers_and_signals():
    loop = asyncio.get_running_loop()
    got_signal, lock = asyncio.Event(), asyncio.Lock()
    loop.add_signal_handler(signal.SIGUSR1, got_signal.set)
    loop.call_later(0.01, os.kill, os.getpid(), signal.SIGUSR1)
    async with lock:
        await asyncio.wait_for(got_signal.wait(), 10)
    loop.remove_signal_handler(signal.SIGUSR1)
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except asyncio.TimeoutError:
        pass
    queue = asyncio.Queue(1)
    await asyncio.gather(queue.put(1), asyncio.sleep(0.01), queue.get())


async def quiet(_):
    await use_streams()
    await use_datagrams()
    await use_timers_and_signals()


async def blocking(folder):
    path = os.path.join(folder, "data")
    await asyncio.sleep(0)
    time.sleep(0.02)
    os.stat(path)
    with open(path, "rb", buffering=0) as file:
        assert file.read(100) == b"data\n"


def use_files(folder):
    path = os.path.join(folder, "file")
    with open(path, "w") as file:
        file.write("text\n" * 5000)
        file.flush()
        os.fsync(file.fileno())
    with open(path) as file:
        assert len(file.readlines()) == 5000
    shutil.copy(path, path + "2")
    os.rename(path + "2", path + "3")
    assert sorted(os.listdir(folder)) == ["file", "file3"]
    assert [entry.stat().st_size for entry in os.scandir(folder)] == [25000] * 2
    assert os.path.realpath(path) == os.path.realpath(folder) + "/file"
    with tempfile.TemporaryFile() as file:
        file.write(b"text")
    log = logging.getLogger("app")
    log.addHandler(logging.FileHandler(path + ".log"))
    log.warning("said at %s", time.strftime("%H:%M", time.localtime()))
    log.handlers.pop().close()


def use_database(folder):
    database = sqlite3.connect(os.path.join(folder, "database"))
    database.execute("create table numbers (number integer)")
    database.executemany("insert into numbers values (?)",
                         [(number,) for number in range(100)])
    database.commit()
    assert database.execute("select sum(number) from numbers").fetchall() == [
        (4950,)]
    database.close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"text\n")

    def log_message(self, *_):
        pass


def use_sockets(address):
    connection = http.client.HTTPConnection(*address, timeout=None)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"text\n"
    connection.close()
    # With a timeout sockets are in non-blocking mode, and polled.
    url = "http://%s:%d/" % address
    with urllib.request.urlopen(url, timeout=30) as answer:
        assert answer.read() == b"text\n"
    left, right = socket.socketpair()
    left.sendall(b"text")
    assert right.recv(10) == b"text"
    left.close()
    right.close()
    socket.getaddrinfo("localhost", 80)


def use_processes():
    result = subprocess.run(["echo", "text"], capture_output=True)
    assert result.stdout == b"text\n"
    assert os.system("true") == 0


def use_extension(folder):
    path = os.path.join(os.path.dirname(folder), "extension.so")
    loader = importlib.machinery.ExtensionFileLoader("extension", path)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("extension", loader))
    loader.exec_module(module)
    module.nap(0.01)
    assert module.size_of(path) == os.path.getsize(path)


async def use_all(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    mistakes = [
        (use_files,), (use_database,), (use_sockets, server.server_address[:2]),
        (use_processes,), (use_extension, folder), (time.sleep, 0.02)]
    for function, *arguments in mistakes:
        await asyncio.sleep(0.01)
        if function in (use_files, use_database):
            arguments = [tempfile.mkdtemp(dir=folder)]
        function(*arguments)
    # What asyncio has for it.
    await asyncio.to_thread(use_files, tempfile.mkdtemp(dir=folder))
    await asyncio.to_thread(time.sleep, 0.02)
    await asyncio.get_running_loop().getaddrinfo("localhost", 80)
    process = await asyncio.create_subprocess_exec("sleep", "0.02")
    assert await process.wait() == 0
    await asyncio.to_thread(server.shutdown)
    await asyncio.to_thread(thread.join)
    server.server_close()


modes = {"quiet": quiet, "blocking": blocking, "all": use_all}
asyncio.run(modes[sys.argv[1]](sys.argv[2]))
time.sleep(0.02)  # The loop is gone: nobody waits for this thread.
print("done")
sys.exit(3)
