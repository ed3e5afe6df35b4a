"""Output on its way to the host: what is written after a quiet moment crosses at once, what follows is collected until the host asks."""

import host_calls

_FULL = 1 << 15


class Batch:
    """The sink of a program that nobody debugs. Keeps the order of both streams.

    The host pokes a guest some milliseconds after it wrote something; until then more is only collected. Where the host cannot poke,
    everything crosses at once.
    """

    def __init__(self, pokes: bool) -> None:
        self._pokes = pokes
        self._quiet = True
        self._held: list[tuple[int, bytes]] = []
        self._size = 0

    def write(self, stream: int, data: bytes) -> None:
        if not data:
            return
        self._held.append((stream, data))
        self._size += len(data)
        if self._quiet or self._size >= _FULL:
            self._quiet = not self._pokes
            self._cross()

    def poked(self) -> None:
        """The host asks whether there is more."""
        if self._held:
            self._cross()
        else:
            self._quiet = True

    def _cross(self) -> None:
        held, self._held, self._size = self._held, [], 0  # first, since a poke may come between any two lines
        place = 0
        while place < len(held):
            stream = held[place][0]
            end = next((i for i in range(place, len(held)) if held[i][0] != stream), len(held))
            host_calls.write(stream, b"".join(data for _, data in held[place:end]))
            place = end

    def flush(self) -> None:
        """Everything is at the host afterwards."""
        if self._held:
            self._cross()
