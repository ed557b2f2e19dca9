# SPDX-License-Identifier: Apache-2.0
"""A proxy between two nodes that breaks connections."""

import contextlib
import socket
import threading


class Proxy:
    """Between asker and holder: passes bytes on until told to break something.

    act(direction, offset, data) -> data to pass on, None to cut, or "stall" to stop for good.
    direction is "up" (asker to holder) or "down".
    """

    def __init__(self, target_port, act):
        self.target = target_port
        self.act = act
        self.most = 65536  # bytes that it takes at once
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.sockets = [self.listener]
        self.over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self.over.is_set():
            try:
                asker, _ = self.listener.accept()
                holder = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.sockets += [asker, holder]
            threading.Thread(target=self._pump, args=(asker, holder, "up"), daemon=True).start()
            threading.Thread(target=self._pump, args=(holder, asker, "down"), daemon=True).start()

    def _pump(self, source, sink, direction):
        offset = 0
        try:
            while True:
                data = source.recv(self.most)
                if not data:
                    break
                passed = self.act(direction, offset, data)
                offset += len(data)
                if isinstance(passed, str):
                    self.over.wait()
                    break
                if passed is None:
                    for s in (source, sink):
                        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                        with contextlib.suppress(OSError):
                            s.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it
                        s.close()
                    return
                sink.sendall(passed)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.over.set()
        for s in self.sockets:
            with contextlib.suppress(OSError):
                s.close()
