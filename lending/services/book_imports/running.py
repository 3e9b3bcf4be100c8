"""An import from its start to its end, in this process; any number of workers may do so at once."""

from collections.abc import Callable
from datetime import datetime

from lending.models import BookImport
from lending.services.book_imports.parts import PartKeepsFailing, import_close, import_fail, part_work
from lending.services.book_imports.staging import OPEN, State, import_stage
from riskengine.errors import RiskEngineError


def import_run(
    *, book_import_id: int, now: Callable[[], datetime], progress: Callable[[BookImport], None] = lambda row: None
) -> BookImport:
    """Read what is not read, land what is not landed, and close. Parts that others hold are left to them."""
    row = BookImport.objects.select_related("mapping", "source").get(pk=book_import_id)
    try:
        if row.state == State.READING:
            import_stage(row)
        while BookImport.objects.filter(pk=book_import_id, state=State.RUNNING).exists() and part_work(
            book_import_id, now()
        ):
            row.refresh_from_db()
            progress(row)
    except PartKeepsFailing as error:
        import_fail(book_import_id, error.code, now())
    except RiskEngineError as error:
        import_fail(book_import_id, error.code, now())
    import_close(book_import_id, now())
    row.refresh_from_db()
    return row


def imports_open() -> list[int]:
    """Imports that somebody should work on: new ones, and those whose workers died."""
    return list(BookImport.objects.filter(state__in=OPEN).order_by("pk").values_list("pk", flat=True))
