"""What a lending system may ask of a product: the schema of its variables and a request that passes."""

from typing import Any

from riskengine.errors import NotFound
from rules.services.bundles.loading import PRE_LOAN, UnknownProduct, bundle_live

# Made up, like everybody in an example.
EXAMPLE_APPLICANT = {
    "national_id": "11010519800101001X",
    "name": "王伟",
    "phone": "13800000000",
    "address": "北京市朝阳区示例路 1 号",
    "device_id": "device-0001",
}


class ProductNotFound(NotFound):
    """No active product has this code."""

    code = "unknown_product"


def product_schema(code: str) -> dict[str, Any]:
    """{"schema": JSON Schema of a product's variables, "example": a whole request that passes}.

    Raises ProductNotFound, NoLiveVersion, BundleBroken.
    """
    try:
        bundle = bundle_live(code, PRE_LOAN)
    except UnknownProduct:
        raise ProductNotFound("There is no such product.", product=code) from None
    if bundle.schema is None:
        raise ProductNotFound("The product has no catalogue.", product=code)
    example = {
        "product": code,
        "external_id": "A-000001",
        "applicant": EXAMPLE_APPLICANT,
        "variables": bundle.schema.example(),
    }
    return {"schema": bundle.schema.json_schema(), "example": example}
