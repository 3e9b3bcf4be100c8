"""The way of a loan's money as a picture: columns of nodes and ribbons between them, as SVG coordinates. Pure."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

WIDTH, HEIGHT = 900, 300
BAR: Final = 14
LEFT, RIGHT, TOP = 10, 240, 18
"""Room for words beside the outer columns and above the first node."""
GAP: Final = 32
LEAST: Final = 2.0
"""A ribbon thinner than this is not seen."""
START: Final = "disbursement"


@dataclass
class Node:
    """A box. `tone`: start, account, prohibited, fits, lost, other or still."""

    key: str
    words: str
    tone: str
    column: int
    amount_minor: int = 0
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0
    amount: str = ""
    days: str = ""
    is_last: bool = False
    leaves: float = field(default=0.0, repr=False)
    enters: float = field(default=0.0, repr=False)


@dataclass
class Link:
    """Money between two nodes, forwards; what came back the same way is taken off."""

    source: str
    target: str
    amount_minor: int = 0
    lines: int = 0
    first: str = ""
    last: str = ""

    def add(self, amount: int, lines: int, first: str, last: str) -> None:
        """Some more of it, on days from `first` to `last`."""
        self.amount_minor += amount
        self.lines += lines
        self.first, self.last = min(filter(None, (self.first, first))), max(self.last, last)


def picture(
    path: Mapping[str, Any], *, words: Callable[[str], str], tone: Callable[[str], str], money: Callable[[int], str]
) -> dict[str, Any]:
    """Nodes, ribbons and returns of a finding's path. `words` and `tone` say how a node is called and coloured."""
    links = _links(path)
    columns = _columns(links)
    nodes = {key: Node(key, words(key), tone(key), column) for key, column in columns.items()}
    forwards = [link for link in links if link.amount_minor > 0 and columns[link.source] < columns[link.target]]
    back = [link for link in links if link.amount_minor > 0 and columns[link.source] >= columns[link.target]]
    for key, node in nodes.items():
        into = sum(link.amount_minor for link in forwards if link.target == key)
        out = sum(link.amount_minor for link in forwards if link.source == key)
        node.amount_minor = max(into, out)
    shown = {key: node for key, node in nodes.items() if node.amount_minor}
    height = _place(shown)
    last = max(node.column for node in shown.values())
    for node in shown.values():
        node.amount, node.is_last = money(node.amount_minor), node.column == last
        came = [link for link in forwards if link.target == node.key and link.first]
        if came:
            node.days = _days(min(link.first for link in came), max(link.last for link in came))
    highest_first = sorted(forwards, key=lambda link: nodes[link.target].y)
    ribbons = [_ribbon(link, nodes, money) for link in highest_first]
    returns = [_return(link, nodes, money) for link in back]
    return {"width": WIDTH, "height": height, "bar": BAR, "nodes": list(shown.values()), "ribbons": ribbons,
            "returns": returns}  # fmt: skip


def _links(path: Mapping[str, Any]) -> list[Link]:
    links: dict[tuple[str, str], Link] = {}
    rows = [(source, target, 1, amount, at, at) for _line, at, source, target, amount, _ in path["flows"]]
    rows += [tuple(row) for row in path["sums"]]
    for source, target, count, amount, first, last in sorted(rows, key=lambda row: row[4]):
        if (target, source) in links and not source.startswith("account:"):
            links[target, source].amount_minor -= amount  # paid back by the party that had got it
            continue
        link = links.setdefault((source, target), Link(source, target))
        link.add(amount, count, first[:10], last[:10])
    for account, amount in path["remaining"].items():
        links["still", account] = Link(f"account:{account}", "still", amount)
    return list(links.values())


def _columns(links: list[Link]) -> dict[str, int]:
    """0 for the payout, then accounts by how far from it they first got money, at last where money ends."""
    columns = {START: 0}
    inner = [link for link in links if link.target.startswith("account:")]
    for _ in inner:
        for link in inner:
            if link.source in columns:
                columns.setdefault(link.target, columns[link.source] + 1)
    last = max(columns.values()) + 1
    for link in links:
        for key in (link.source, link.target):
            columns.setdefault(key, last)
    return columns


def _place(nodes: dict[str, Node]) -> float:
    by_column = defaultdict[int, list[Node]](list)
    for node in nodes.values():
        by_column[node.column].append(node)
    total = max(nodes[START].amount_minor, 1)
    most = max(len(column) for column in by_column.values())
    scale = max(HEIGHT - TOP - GAP * (most - 1), 120) / total
    step = (WIDTH - LEFT - RIGHT - BAR) / max(max(by_column), 1)
    lowest = 0.0
    order = {"prohibited": 0, "lost": 1, "other": 2, "fits": 3, "still": 4}
    for number, column in by_column.items():
        y = float(TOP)
        for node in sorted(column, key=lambda node: (order.get(node.tone, 0), -node.amount_minor, node.key)):
            node.x, node.y = round(LEFT + number * step, 1), round(y, 1)
            node.height = round(max(node.amount_minor * scale, LEAST), 1)
            y += node.height + GAP
        lowest = max(lowest, y)
    return round(lowest, 1)


def _ribbon(link: Link, nodes: Mapping[str, Node], money: Callable[[int], str]) -> dict[str, Any]:
    source, target = nodes[link.source], nodes[link.target]
    thick = max(round(link.amount_minor * source.height / max(source.amount_minor, 1), 1), LEAST)
    x1, y1 = source.x + BAR, source.y + source.leaves
    x2, y2 = target.x, target.y + target.enters
    source.leaves += thick
    target.enters += thick
    middle = round((x1 + x2) / 2, 1)
    upper = f"M{x1:.1f},{y1:.1f}C{middle},{y1:.1f} {middle},{y2:.1f} {x2:.1f},{y2:.1f}"
    lower = f"L{x2:.1f},{y2 + thick:.1f}C{middle},{y2 + thick:.1f} {middle},{y1 + thick:.1f} {x1:.1f},{y1 + thick:.1f}Z"
    return {"d": upper + lower, "tone": target.tone, **_told(link, nodes, money)}


def _return(link: Link, nodes: Mapping[str, Node], money: Callable[[int], str]) -> dict[str, Any]:
    """Money that went back to an earlier node: an arc below both."""
    source, target = nodes[link.source], nodes[link.target]
    x1, y1 = source.x + BAR / 2, source.y + source.height
    x2, y2 = target.x + BAR / 2, target.y + target.height
    low = max(y1, y2) + GAP
    d = f"M{x1:.1f},{y1:.1f}C{x1:.1f},{low:.1f} {x2:.1f},{low:.1f} {x2:.1f},{y2:.1f}"
    return {"d": d, **_told(link, nodes, money)}


def _told(link: Link, nodes: Mapping[str, Node], money: Callable[[int], str]) -> dict[str, Any]:
    days = _days(link.first, link.last)
    return {
        "title": f"{nodes[link.source].words} → {nodes[link.target].words}: {money(link.amount_minor)} {days}".strip()
    }


def _days(first: str, last: str) -> str:
    return first if first == last else f"{first} – {last}"
