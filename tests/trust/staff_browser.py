"""A member of staff at the admin, over the wire: signs in, opens pages, sends forms."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class StaffBrowser:
    """Cookies and the form token of one person."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._token = ""
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def sign_in(self, username: str, password: str) -> str:
        """The page that follows."""
        self.get("/admin/login/")
        return self.post("/admin/login/", username=username, password=password, next="/admin/")

    def get(self, path: str) -> str:
        return self._open(urllib.request.Request(self._base + path))

    def post(self, path: str, **fields: str) -> str:
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self._token}).encode()
        return self._open(urllib.request.Request(self._base + path, data, {"Referer": self._base + path}))

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self._opener.open(request, timeout=20) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            text = error.read().decode()
        if found := TOKEN.search(text):
            self._token = found[1]
        return text
