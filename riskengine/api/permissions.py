"""Scopes: each view names what a key must be allowed to do, per method."""

from typing import TYPE_CHECKING, ClassVar

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from riskengine.api.caller import Caller

if TYPE_CHECKING:  # the framework imports this module while it defines APIView
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Allows a caller whose key carries one of the scopes in the view's `required_scopes[method]`.

    A view or method that names none is closed: forgetting it must not open it.
    """

    message = "This API key does not carry the scope that the request needs."
    code: ClassVar[str] = "scope_missing"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the key's scopes cover the method."""
        caller = request.user
        if not isinstance(caller, Caller):
            raise NotAuthenticated("Authorization: Api-Key <prefix>.<secret> is required.", "api_key_missing")
        method = request.method or ""
        if method.lower() not in view.http_method_names or not hasattr(view, method.lower()):
            return True  # ends at 405
        required = getattr(view, "required_scopes", {}).get("GET" if method == "HEAD" else method, ())
        return not caller.scopes.isdisjoint(required)
