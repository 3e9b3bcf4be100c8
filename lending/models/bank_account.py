"""A customer's accounts and what moved on them: texts and names of others sealed under the customer's key."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models.customer import Customer
from lending.models.loan import Loan


class BankAccount(models.Model):
    """An account whose transactions we are told. `account_key`: the blind index by which others' transfers meet it."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="bank_accounts", verbose_name=_("customer"))
    external_id = models.CharField(
        _("reference"),
        max_length=80,
        unique=True,
        help_text=_("The reporting system's own reference, no personal data"),
    )
    account_key = models.CharField(_("account key"), max_length=32, blank=True)
    currency = models.CharField(_("currency"), max_length=3, help_text=_("ISO 4217"))
    opened_on = models.DateField(_("opened"), null=True, blank=True)
    opening_balance_minor = models.BigIntegerField(_("opening balance"), null=True, blank=True)
    opening_at = models.DateTimeField(_("opening balance as of"), null=True, blank=True)
    is_own = models.BooleanField(
        _("own account"), default=True, help_text=_("No: held by somebody linked to the customer")
    )

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        indexes = [models.Index(fields=["account_key"], name="bank_account_key", condition=~models.Q(account_key=""))]

    def __str__(self) -> str:
        return self.external_id


class AccountTransaction(models.Model):
    """Money that moved: + in, − out. `sealed` holds {counterparty, text} under the customer's key."""

    account = models.ForeignKey(
        BankAccount, models.CASCADE, related_name="transactions", db_index=False, verbose_name=_("account")
    )
    external_id = models.CharField(_("transaction number"), max_length=80)
    event_at = models.DateTimeField(_("happened"))
    known_at = models.DateTimeField(_("known"))
    recorded_at = models.DateTimeField(_("recorded"))
    amount_minor = models.BigIntegerField(_("amount"))
    balance_after_minor = models.BigIntegerField(_("balance after"), null=True, blank=True)
    category = models.CharField(_("category"), max_length=40, blank=True)
    merchant_category = models.CharField(_("merchant category"), max_length=8, blank=True, help_text=_("ISO 18245"))
    counterparty_key = models.CharField(_("key of the other account"), max_length=32, blank=True)
    sealed = models.BinaryField(_("sealed texts"))
    loan = models.ForeignKey(
        Loan,
        models.SET_NULL,
        related_name="transactions",
        null=True,
        blank=True,
        verbose_name=_("loan"),
        help_text=_("The loan whose disbursement or repayment it is"),
    )
    source = models.CharField(_("source"), max_length=40)

    class Meta:
        verbose_name = _("account transaction")
        verbose_name_plural = _("account transactions")
        constraints = [models.UniqueConstraint(name="transaction_once", fields=["account", "external_id"])]
        indexes = [models.Index(fields=["account", "event_at"], name="transaction_in_time")]

    def __str__(self) -> str:
        return self.external_id


class CustomerMonth(models.Model):
    """Sums of a customer's own accounts in one month, over the transactions known by `known_at`.

    Amounts are not negative, except a lowest balance; null: no balance was told. Kept by the services that write
    transactions; reviews read this and not the transactions.
    """

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="months", db_index=False, verbose_name=_("customer")
    )
    month = models.DateField(_("month"), help_text=_("Its first day"))
    known_at = models.DateTimeField(_("known"))
    income_minor = models.BigIntegerField(_("income"), default=0, db_default=0)
    lender_in_minor = models.BigIntegerField(_("from lenders"), default=0, db_default=0)
    lender_out_minor = models.BigIntegerField(_("to lenders"), default=0, db_default=0)
    cash_out_minor = models.BigIntegerField(_("cash withdrawn"), default=0, db_default=0)
    gambling_minor = models.BigIntegerField(_("gambling"), default=0, db_default=0)
    lowest_balance_minor = models.BigIntegerField(_("lowest balance"), null=True, blank=True)
    spend_minor = models.BigIntegerField(_("spent"), default=0, db_default=0)

    class Meta:
        verbose_name = _("month of a customer")
        verbose_name_plural = _("months of customers")
        constraints = [
            models.UniqueConstraint(name="customer_month_once", fields=["customer", "month", "known_at"]),
            models.CheckConstraint(name="customer_month_first_day", condition=models.Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"C{self.customer_id:08d} {self.month:%Y-%m}"
