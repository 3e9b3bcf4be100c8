"""What is lent."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """A loan product. Its currency gives the minor unit; its time zone gives the business date."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217"))
    timezone = models.CharField(_("time zone"), max_length=40, help_text=_("IANA name; gives the business date"))
    grace_days = models.PositiveSmallIntegerField(_("grace days"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        """The name in the reader's language: every list, filter and page names the product, not its code."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en
