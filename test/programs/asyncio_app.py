#===-- asyncio_app.py - What asyncio.sh runs ------------------------------===//
#
# Part of BlockSanitizer, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===----------------------------------------------------------------------===//
#
# asyncio_app.py quiet FOLDER     uses much of asyncio and never blocks
# asyncio_app.py blocking FOLDER  makes the mistakes that programs make
#
# What asyncio imports at its first use is imported before the loop starts:
# files that are read in a callback are a finding, even the standard library's.
#
#===----------------------------------------------------------------------===//

import asyncio
import encodings.idna  # By asyncio's connections, on first use.
import os
import signal
import socket
import sys
import time


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


asyncio.run({"quiet": quiet, "blocking": blocking}[sys.argv[1]](sys.argv[2]))
time.sleep(0.02)  # The loop is gone: nobody waits for this thread.
print("done")
sys.exit(3)
