"""How much one evaluation may do, so that nothing hangs."""

from rules.dmn.problems import DmnTooLarge

MAX_STEPS = 300_000
MAX_LENGTH = 100_000
"""Items of a list or characters of a text."""


class Budget:
    """Steps left to one evaluation. `spend` and `room` raise DmnTooLarge."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        self.left -= steps
        if self.left < 0:
            raise DmnTooLarge(f"The evaluation takes more than {MAX_STEPS} steps.")

    def room(self, value: object) -> None:
        """Counts a text, or a list or context with all that is in it, as it is made."""
        if isinstance(value, str):
            size = len(value)
        elif isinstance(value, list | dict):
            size = self._size(value)
        else:
            return
        if size > MAX_LENGTH:
            raise DmnTooLarge(f"A list or a text is longer than {MAX_LENGTH}.", length=size)
        self.spend(size // 32)

    def _size(self, value: object) -> int:
        waiting, size = [value], 0
        while waiting and size <= MAX_LENGTH:
            part = waiting.pop()
            inside = part if isinstance(part, list) else part.values() if isinstance(part, dict) else ()
            size += max(len(inside), 1)
            waiting.extend(item for item in inside if isinstance(item, list | dict))
        return size
