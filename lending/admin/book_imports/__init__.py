"""Imports of the book in the admin: sources, mappings made from a sample, imports watched."""

from lending.admin.book_imports.imports import BookImportAdmin
from lending.admin.book_imports.mappings import BookMappingAdmin
from lending.admin.book_imports.sources import BookSourceAdmin

__all__ = ["BookImportAdmin", "BookMappingAdmin", "BookSourceAdmin"]
