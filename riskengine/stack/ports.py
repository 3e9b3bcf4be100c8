"""Ports of this machine, and questions whether something answers there."""

import socket
import urllib.error
import urllib.request

LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server may listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(wanted: int | None = None) -> int:
    """`wanted` if it is free (the place of the last run is remembered), else any free loopback port."""
    if wanted and is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def http_status(url: str, seconds: float = 5) -> int:
    """The status of a GET, 0 when nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return 0


def redis_says(port: int, *lines: str, seconds: float = 2) -> str:
    """What a Valkey server answers to inline commands; empty when it does not."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=seconds) as connection:
            connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while block := connection.recv(4096):
                answer += block
    except OSError:
        return ""
    return answer.decode(errors="replace")
