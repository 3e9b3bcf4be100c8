"""Applications for the demo: real German applications of 1994, asked for by people who do not exist."""

from typing import Any

import polars as pl

from riskengine.demo.book import INSTALMENT
from riskengine.demo.frames import shipped_frame

COUNT = 30
SHARING_PHONE = (4, 5)
"""These two applicants give one telephone number, so that a pattern shows."""
SHARING_DEVICE = (11, 12, 13)
COUNTER_OFFERS = (118, 153)
"""Rows of the file that are approved for less than was asked: the last two applications."""
DECLINED_ELSEWHERE = 20
"""Another lender declined this one three days before."""


def application_bodies(count: int = COUNT) -> list[dict[str, Any]]:
    """`count` (at least 2) whole request bodies, spread over the file, the same every time."""
    frame = shipped_frame(INSTALMENT).drop("bad")
    step = max(1, len(frame) // count)
    spread = frame.gather_every(step).head(count - len(COUNTER_OFFERS))
    rows = pl.concat([spread, frame[list(COUNTER_OFFERS)]]).to_dicts()
    return [
        {
            "product": INSTALMENT,
            "external_id": f"DEMO-{number:04d}",
            "applicant": applicant(number),
            "variables": row,
        }
        for number, row in enumerate(rows, start=1)
    ]


def applicant(number: int) -> dict[str, str]:
    """A made-up person. The telephone numbers are from the range kept free for films (030 23125 0xx)."""
    phone = SHARING_PHONE[0] if number in SHARING_PHONE else number
    device = SHARING_DEVICE[0] if number in SHARING_DEVICE else number
    return {
        "national_id": f"DEMO{number:08d}",
        "name": f"Erika Beispiel {number}",
        "phone": f"+49 30 23125 {phone:03d}",
        "address": f"Musterweg {number}, 10115 Berlin",
        "device_id": f"demo-device-{device:04d}",
    }
