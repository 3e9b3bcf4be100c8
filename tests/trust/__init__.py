"""A package, so that the product its tests share ends with them: `product` in conftest.py."""
