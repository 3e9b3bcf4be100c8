"""The sources of alternative data: each is a scope of consent, with its own review and pilot. Pure."""

from typing import Literal

AlternativeSource = Literal["social_data", "text_data", "transfer_data", "transaction_data"]
SOURCES: dict[AlternativeSource, tuple[str, str]] = {
    "social_data": ("Social data", "社交数据"),
    "text_data": ("Texts written", "文本数据"),
    "transfer_data": ("Transfers between accounts", "转账数据"),
    "transaction_data": ("Purchases and payments", "消费与支付数据"),
}
"""Name in English and Chinese by the scope of consent that opens it."""
