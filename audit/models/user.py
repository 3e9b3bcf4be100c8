"""Who acts: a member of staff."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of staff. Four eyes compare persons, so one person has one account."""

    person_id = models.CharField(
        _("staff number"),
        max_length=40,
        unique=True,  # a person with two accounts could approve their own change
        help_text=_("The number of the person in the personnel system. One person, one account."),
    )
    REQUIRED_FIELDS = ["email", "person_id"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
