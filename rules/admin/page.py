"""The frame of our own pages, which all apps share: see `audit.admin.page`."""

from audit.admin.page import Crumb, PageAdmin, page_url

__all__ = ["Crumb", "PageAdmin", "page_url"]
