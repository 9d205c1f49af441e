# SPDX-License-Identifier: Apache-2.0
"""Asks ADDRESS for its page every 5 ms and appends "CLOCK_MONOTONIC-ns HOST" to FILE for every answer of 200.

A request is its own connection and starts on time whether or not earlier ones have been answered, so a gap is as long as
it was. One that has not been answered after 300 ms is given up.
"""

import errno
import re
import select
import signal
import socket
import sys
import time

INTERVAL_NS = 5_000_000
GIVE_UP_NS = 300_000_000
REQUEST = b"GET / HTTP/1.0\r\n\r\n"


class Asker:
    def __init__(self, address, record):
        self.address, self.record = address, record
        self.epoll = select.epoll()
        self.open = {}

    def ask(self, now):
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        # Closing resets: neither side keeps thousands of connections in TIME_WAIT.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        if connection.connect_ex((self.address, 80)) not in (0, errno.EINPROGRESS):
            connection.close()
            return
        self.open[connection.fileno()] = [connection, now, b""]
        self.epoll.register(connection.fileno(), select.EPOLLOUT)

    def close(self, number):
        connection = self.open.pop(number)[0]
        self.epoll.unregister(number)
        connection.close()

    def ready(self, number, events):
        connection, _, text = self.open[number]
        try:
            if events & select.EPOLLOUT and not text:
                connection.send(REQUEST)
                self.epoll.modify(number, select.EPOLLIN)
                return
            data = connection.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            self.close(number)
            return
        self.open[number][2] = text + data
        if data and len(text) < 65536:
            return
        match = re.match(rb"HTTP/1\.\d 200 .*page comes from (\w+)", text, re.S)
        if match:
            self.record.write(f"{time.monotonic_ns()} {match.group(1).decode()}\n")
            self.record.flush()
        self.close(number)

    def run(self):
        due = time.monotonic_ns()
        while True:
            now = time.monotonic_ns()
            if now >= due:
                self.ask(now)
                due = max(due + INTERVAL_NS, now)
                for number in [n for n, entry in self.open.items() if now - entry[1] > GIVE_UP_NS]:
                    self.close(number)
            wait = max(0, due - time.monotonic_ns()) / 1e9
            for number, events in self.epoll.poll(wait):
                if number in self.open:
                    self.ready(number, events)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with open(sys.argv[2], "a", encoding="utf-8") as record:
        Asker(sys.argv[1], record).run()


if __name__ == "__main__":
    main()
