"""The one parser of API bodies: strict JSON, at most 256 kB."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from riskengine.api.strict_json import MAX_BYTES, MalformedJsonError, strict_json


class BodyTooLarge(APIException):
    """More than 256 kB."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = f"The body is larger than {MAX_BYTES} bytes."
    default_code = "body_too_large"


class StrictJSONParser(BaseParser):
    """Reads `application/json` with `strict_json`."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The body as plain values; ParseError `malformed_json`, or BodyTooLarge."""
        data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise BodyTooLarge
        try:
            return strict_json(data)
        except MalformedJsonError as error:
            raise ParseError(f"The body cannot be read: {error}.", "malformed_json") from None
