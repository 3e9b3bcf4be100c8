"""The eleven dimensions of a portrait, and who a value comes from: codes of the catalogue, with their words. Pure."""

from typing import Final, Literal, get_args

PortraitDimension = Literal[
    "identity",
    "repayment_ability",
    "repayment_willingness",
    "contact",
    "credit_history",
    "debt",
    "behaviour",
    "consumption",
    "social",
    "stability",
    "region",
]
Provenance = Literal["SELF_DECLARED", "THIRD_PARTY", "OBSERVED", "DERIVED"]
"""Declared by the customer, told by a third party, observed by us, worked out from other values."""

DIMENSIONS: Final[tuple[PortraitDimension, ...]] = get_args(PortraitDimension)
DIMENSION_WORDS: Final[dict[PortraitDimension, tuple[str, str]]] = {
    "identity": ("Identity", "身份"),
    "repayment_ability": ("Repayment ability", "还款能力"),
    "repayment_willingness": ("Repayment willingness", "还款意愿"),
    "contact": ("Contact behaviour and stability", "联系行为与稳定性"),
    "credit_history": ("Credit history", "信用历史"),
    "debt": ("Debt and multi-lending", "负债与多头借贷"),
    "behaviour": ("Behaviour", "行为特征"),
    "consumption": ("Consumption preference", "消费偏好"),
    "social": ("Social activity", "社交活跃度"),
    "stability": ("Stability", "稳定性"),
    "region": ("Region", "地域"),
}
