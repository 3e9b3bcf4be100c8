"""Where the demo's material lies: shipped data, and the file with the credentials."""

from pathlib import Path

from django.conf import settings

DATA_DIR = Path(__file__).resolve().parents[2] / "data"
CATALOGUE = DATA_DIR / "catalogue.json"
RULE_SETS = DATA_DIR / "rule_sets"
MODELS = DATA_DIR / "models"
TAIWAN = DATA_DIR / "taiwan_dev70.parquet"
SOURCE = "synthetic-demo"
"""Marks every record that the demo made up."""


def model_file(product: str) -> Path:
    """The shipped model package of a product. Raises FileNotFoundError."""
    found = [path for path in sorted(MODELS.glob(f"{product}.*")) if path.suffix != ".json"]
    if not found:
        raise FileNotFoundError(f"No model package of {product} in {MODELS}")
    return found[0]


def statement_file(product: str) -> Path:
    """What the shipped model of a product means, and who answers for it."""
    return MODELS / f"{product}.statement.json"


def credentials_file() -> Path:
    """`var/demo.json`; readable by its owner only."""
    return Path(settings.VAR_DIR) / "demo.json"
