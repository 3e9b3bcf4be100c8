"""The message that brings the holder their link: in both languages, naming nobody but the recipient who asks."""

from django.http import HttpRequest
from django.urls import reverse

from monitoring.models import HealthLink

_LINK = (
    "Your health code page: {url}",
    "您的健康码页面：{url}",
)
_REQUEST = (
    "{who} asks to see your health code once. Only you can allow it, or leave it: {url}",
    "{who} 请求查看一次您的健康码。只有您可以同意，也可以不理会：{url}",
)


def link_address(request: HttpRequest, secret: str) -> str:
    """Where a link leads."""
    return request.build_absolute_uri(reverse("health-holder-open", args=[secret]))


def message_to_holder(request: HttpRequest, secret: str, link: HealthLink) -> str:
    """The text, Chinese after English."""
    url = link_address(request, secret)
    if link.recipient is None:
        return "\n".join(text.format(url=url) for text in _LINK)
    return "\n".join(text.format(who=link.recipient.name, url=url) for text in _REQUEST)
