"""How an instant is written on every page: to the minute, in the page's time zone, which is named beside it."""

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString


def zone_mark(at: datetime) -> str:
    """The zone of an aware instant as people read it: UTC, UTC+8, UTC−3:30."""
    offset = at.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


def moment_words(at: datetime) -> str:
    """An instant as plain text: 2026-11-22 23:41 UTC."""
    local = timezone.localtime(at)
    return f"{local:%Y-%m-%d %H:%M} {zone_mark(local)}"


def moment_html(at: datetime) -> SafeString:
    """An instant as a `time` element, with UTC to the second on hover."""
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{} <span class="rk-zone">{}</span></time>',
        at.isoformat(),
        f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        f"{local:%Y-%m-%d %H:%M}",
        zone_mark(local),
    )
