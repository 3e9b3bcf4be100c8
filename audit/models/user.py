"""Who acts: a member of staff."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Upper
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
        permissions = [("reveal_personal_data", _("Read one encrypted identifier, for a stated purpose"))]
        constraints = [
            # E-17 and e-17 are one person: without this they could approve their own change.
            models.UniqueConstraint(Upper("person_id"), name="user_one_account_per_person"),
            models.CheckConstraint(name="user_has_staff_number", condition=models.Q(person_id__regex=r"^\S(.*\S)?$")),
        ]
