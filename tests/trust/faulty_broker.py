"""A way to the broker that can be cut: it forwards, refuses, or swallows without a word, and counts who came."""

import socket
import threading
from contextlib import suppress

LOOPBACK = "127.0.0.1"
BLOCK = 65_536


class FaultyBroker:
    """Listens on a port of its own before a real broker."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._mode = "pass"
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.callers = 0
        """How often somebody connected."""
        self.port = self._listen(0)

    def become(self, mode: str) -> None:
        """ "pass", "refuse" (nobody listens), or "swallow" (accepts, reads, never answers). Ends what is open."""
        self._mode = mode
        if mode == "refuse":
            self._close_listener()
        elif self._listener is None:
            self._listen(self.port)
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                connection.close()
            self._open.clear()

    def close(self) -> None:
        self.become("refuse")

    def _listen(self, port: int) -> int:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(128)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return int(listener.getsockname()[1])

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            self.callers += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.append(connection)
        with suppress(OSError):
            if self._mode == "swallow":
                while connection.recv(BLOCK):
                    pass
                return
            target = socket.create_connection((LOOPBACK, self._target), 5)
            target.settimeout(None)
            with self._lock:
                self._open.append(target)
            threading.Thread(target=_copy, args=(target, connection), daemon=True).start()
            _copy(connection, target)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(BLOCK):
            sink.sendall(block)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
