"""A channel to holders that keeps what it is given, for tests to read as the holder would."""

import re

MESSAGES: list[dict[str, str]] = []


class Mailbox:
    """Keeps messages in this process."""

    def send(self, *, kind: str, address: str, text: str) -> None:
        MESSAGES.append({"kind": kind, "address": address, "text": text})


class Broken:
    """Takes nothing."""

    def send(self, *, kind: str, address: str, text: str) -> None:
        raise ConnectionRefusedError(address)


def path_received() -> str:
    """The path of the link in the newest message."""
    return re.search(r"http://testserver(/health/holder/\S+)", MESSAGES[-1]["text"])[1]
