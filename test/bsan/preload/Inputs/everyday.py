#===-- everyday.py - What programs do --------------------------------------===#
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Files, folders, processes, threads, locks, sockets, an event loop; prints what
# it saw.
#
#===------------------------------------------------------------------------===#

import asyncio
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading


def files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        with open(path, "w", encoding="utf-8") as file:
            file.write("text\n" * 1000)
        os.symlink("file", os.path.join(folder, "link"))
        os.rename(path, path + "2")
        print(sorted(os.listdir(folder)), os.stat(path + "2").st_size,
              os.readlink(os.path.join(folder, "link")),
              os.path.exists(path))
        try:
            os.mkdir("/proc/self/new")
        except OSError as error:
            print(error.errno)


def processes():
    result = subprocess.run(["sh", "-c", "cat; echo error >&2; exit 7"],
                            input=b"text", capture_output=True, check=False)
    print(result)
    child = os.fork()
    if child == 0:
        os._exit(9)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    print(os.system("exit 3") >> 8)


def threads():
    jobs, results = queue.Queue(), queue.Queue()

    def work():
        for job in iter(jobs.get, None):
            results.put(job * job)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for job in list(range(100)) + [None] * len(workers):
        jobs.put(job)
    for worker in workers:
        worker.join()
    print(sum(results.get() for _ in range(100)))


def sockets():
    left, right = socket.socketpair()
    left.send(b"text")
    print(right.recv(100), socket.getaddrinfo("127.0.0.1", 80)[0][4])
    right.settimeout(0.01)
    try:
        right.recv(1)
    except TimeoutError as error:
        print(error)


async def serve():
    async def echo(reader, writer):
        writer.write(await reader.read(100))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(
        *server.sockets[0].getsockname())
    writer.write(b"hello")
    print(await reader.read(100), await asyncio.to_thread(sum, [1, 2]))
    process = await asyncio.create_subprocess_exec("sh", "-c", "exit 6")
    print(await process.wait())
    server.close()


files()
processes()
threads()
sockets()
asyncio.run(serve())
sys.exit(8)
