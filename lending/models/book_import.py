"""Taking over facts from files, databases and other systems: sources, mappings, imports and what they left out."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models.customer import Customer


class BookSource(models.Model):
    """Where rows can be fetched again and again. Its address and credentials are sealed under a key of its own."""

    class Kind(models.TextChoices):
        SQL = "SQL", _("SQL database")
        HTTP = "HTTP", _("HTTP API")

    name = models.CharField(_("name"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    query = models.TextField(_("SELECT or path of the items"), max_length=4000, blank=True)
    wrapped_key = models.BinaryField(_("wrapped key"), editable=False)
    sealed = models.BinaryField(_("sealed address"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("source of the book")
        verbose_name_plural = _("sources of the book")

    def __str__(self) -> str:
        return self.name


class BookMapping(models.Model):
    """How the rows of a source become rows of one kind. A change is a new version; imports name the one they used."""

    name = models.CharField(_("name"), max_length=40)
    version = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind of rows"), max_length=20)
    document = models.JSONField(_("columns"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("mapping of the book")
        verbose_name_plural = _("mappings of the book")
        constraints = [models.UniqueConstraint(name="book_mapping_version_once", fields=["name", "version"])]

    def __str__(self) -> str:
        return f"{self.name} · {self.version}"


class BookImport(models.Model):
    """One import: its rows are put aside in parts first, sealed, and each part lands whole or not at all."""

    class State(models.TextChoices):
        READING = "READING", _("Being read")
        RUNNING = "RUNNING", _("Running")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")
        CANCELLED = "CANCELLED", _("Cancelled")

    mapping = models.ForeignKey(BookMapping, models.PROTECT, related_name="imports", verbose_name=_("mapping"))
    source = models.ForeignKey(
        BookSource, models.PROTECT, related_name="imports", null=True, blank=True, verbose_name=_("source")
    )
    file_name = models.CharField(_("file"), max_length=120, blank=True)
    upload = models.BinaryField(_("uploaded file, sealed"), null=True, editable=False)
    wrapped_key = models.BinaryField(_("wrapped key"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.READING)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    known = models.PositiveIntegerField(_("known"), default=0)
    corrected = models.PositiveIntegerField(_("corrected"), default=0, db_default=0)
    conflicting = models.PositiveIntegerField(_("conflicting"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    duplicates = models.PositiveIntegerField(_("exact duplicates"), default=0)
    imputed = models.PositiveIntegerField(_("values filled in"), default=0)
    watermark_from = models.CharField(_("later than"), max_length=80, blank=True)
    watermark_to = models.CharField(_("up to"), max_length=80, blank=True)
    # Rows that refer to what is not in the book yet, and a mark before the first of them.
    waiting = models.PositiveIntegerField(_("rows that wait"), default=0, db_default=0)
    again_from = models.CharField(_("read again later than"), max_length=80, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error_code = models.CharField(_("error"), max_length=40, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    created_at = models.DateTimeField(_("asked"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of the book")
        verbose_name_plural = _("imports of the book")
        constraints = [
            # The rows put aside can be read only while an import runs.
            models.CheckConstraint(
                name="book_import_key_while_open",
                condition=models.Q(state__in=["READING", "RUNNING"], wrapped_key__isnull=False)
                | models.Q(state__in=["DONE", "FAILED", "CANCELLED"], wrapped_key__isnull=True, upload__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.mapping} #{self.pk}"


class BookImportPart(models.Model):
    """Some rows of an import, put aside sealed until they are in the book."""

    book_import = models.ForeignKey(
        BookImport, models.CASCADE, related_name="parts", db_index=False, verbose_name=_("import")
    )
    number = models.PositiveIntegerField(_("number"))
    first_row = models.PositiveIntegerField(_("first row"))
    row_count = models.PositiveIntegerField(_("rows"))
    sealed = models.BinaryField(_("sealed rows"), null=True, editable=False)
    is_done = models.BooleanField(_("done"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("part of an import")
        verbose_name_plural = _("parts of imports")
        constraints = [
            models.UniqueConstraint(name="book_import_part_once", fields=["book_import", "number"]),
            # Landed rows are not kept twice.
            models.CheckConstraint(
                name="book_import_part_sealed_until_done",
                condition=models.Q(is_done=False, sealed__isnull=False) | models.Q(is_done=True, sealed__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book_import_id}/{self.number}"


class BookImportReject(models.Model):
    """A row that did not go in: its number, the field and a code. What stood in it is forgotten."""

    book_import = models.ForeignKey(BookImport, models.CASCADE, related_name="rejects", verbose_name=_("import"))
    row = models.PositiveIntegerField(_("row"))
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    field = models.CharField(_("field"), max_length=80)
    code = models.CharField(_("code"), max_length=40)

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")

    def __str__(self) -> str:
        return f"{self.row} {self.field}"


class IdentifierToken(models.Model):
    """A keyed hash of a pair of characters of a name or address: spellings that differ a little share most of them."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tokens", verbose_name=_("customer"))
    kind = models.CharField(_("kind"), max_length=20)
    token = models.BinaryField(_("token"), max_length=8)

    class Meta:
        verbose_name = _("token of an identifier")
        verbose_name_plural = _("tokens of identifiers")
        constraints = [
            models.UniqueConstraint(name="identifier_token_once", fields=["customer", "kind", "token"]),
        ]
        indexes = [models.Index(fields=["kind", "token"], name="identifier_token_lookup")]

    def __str__(self) -> str:
        return f"{self.kind} of C{self.customer_id:08d}"


class SuspectedDuplicate(models.Model):
    """Two customers who may be one person. They stay two rows; a person who looked says whether they are one.

    A pair is suspected once: what was said of it stands, however often it is met again.
    """

    class Method(models.TextChoices):
        BATCH = "BATCH", _("Alike in one file")
        TOKENS = "TOKENS", _("Alike in the book")

    class Verdict(models.TextChoices):
        SAME = "SAME", _("One person")
        DIFFERENT = "DIFFERENT", _("Two persons")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="suspected", verbose_name=_("customer"))
    other = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("other customer"))
    book_import = models.ForeignKey(
        BookImport, models.SET_NULL, null=True, related_name="suspected", verbose_name=_("import")
    )
    method = models.CharField(_("found"), max_length=6, choices=Method)
    score = models.FloatField(_("likeness"), help_text=_("0 to 100"))
    found_at = models.DateTimeField(_("found at"))
    verdict = models.CharField(_("verdict"), max_length=9, choices=Verdict, blank=True, db_default="", default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("suspected duplicate")
        verbose_name_plural = _("suspected duplicates")
        constraints = [
            models.UniqueConstraint(name="suspected_duplicate_once", fields=["customer", "other"]),
            # The younger one names the older, so that a pair has one row.
            models.CheckConstraint(
                name="suspected_duplicate_in_order", condition=models.Q(customer__gt=models.F("other"))
            ),
            # A verdict is somebody's, at a time.
            models.CheckConstraint(
                name="suspected_duplicate_decided_whole",
                condition=models.Q(verdict="", decided_by__isnull=True, decided_at__isnull=True)
                | ~models.Q(verdict="") & models.Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"C{self.customer_id:08d} ~ C{self.other_id:08d}"
