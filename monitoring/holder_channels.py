"""How the holder is reached: a port to whatever sends messages to their phone or mailbox, chosen by HOLDER_CHANNEL."""

import os
import secrets
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from riskengine.errors import Unavailable

FOLDER: Final = "holder_messages"


class HolderChannelMissing(Unavailable):
    """No channel is set up, or it did not take the message."""

    code = "holder_channel_unavailable"


class HolderChannel(Protocol):
    """Sends a message to the holder. Whoever implements one keeps address and text out of its logs."""

    def send(self, *, kind: str, address: str, text: str) -> None:
        """`kind` is "phone" or "email". Raises OSError where it could not be sent."""


class FileChannel:
    """For trying things out: a file for each message in VAR_DIR/holder_messages, without the address."""

    def send(self, *, kind: str, address: str, text: str) -> None:
        """Write the message where only this account reads."""
        folder = Path(settings.VAR_DIR) / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{kind}-{secrets.token_hex(8)}.txt"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)


def holder_channel() -> HolderChannel:
    """The channel set up: none, "file", or a class of the operator's own. Raises HolderChannelMissing."""
    name: str = settings.HOLDER_CHANNEL
    if not name:
        raise HolderChannelMissing("No channel to holders is set up.")
    channel: HolderChannel = FileChannel() if name == "file" else import_string(name)()
    return channel
