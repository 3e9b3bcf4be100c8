"""`.env.example` and the table in docs/deployment.md, made from `riskengine.env` so that neither goes stale.

`python -m riskengine.stack.environment_table` writes both.
"""

import ast
import inspect
from pathlib import Path

import msgspec

from riskengine.env import BASE_DIR, Environment, StackEnvironment

BEGIN, END = "<!-- variables: begin -->", "<!-- variables: end -->"
EXAMPLES = {
    "SECRET_KEY": "",
    "DATABASE_URL": "postgres://riskengine:password@database.example.com:5432/riskengine?sslmode=verify-full",
    "CELERY_BROKER_URL": "amqp://riskengine:password@broker.example.com:5672/",
    "FIELD_ENCRYPTION_KEY": "",
    "BLIND_INDEX_KEY": "",
}
TITLES: dict[type[msgspec.Struct], str] = {
    Environment: "Every process",
    StackEnvironment: "Web server, worker and `make run`",
}


def environment_table() -> str:
    """The variables as a Markdown table: name, default, meaning."""
    parts = []
    for kind, title in TITLES.items():
        rows = [f"| `{name}` | {_cell(default)} | {text} |" for name, default, text in _variables(kind)]
        parts.append("\n".join([f"**{title}**", "", "| variable | default | meaning |", "|---|---|---|", *rows]))
    return "\n\n".join(parts)


def example_file() -> str:
    """The variables as a file to copy: required ones to fill in, the others with their defaults commented out."""
    lines = ["# Every variable the engine reads. Copy to a file of your own; docs/deployment.md says more."]
    for kind in TITLES:
        for name, default, text in _variables(kind):
            value = f"{name}={EXAMPLES[name]}" if default is None else f"# {name}={default}"
            lines += ["", f"# {text}", value]
    return "\n".join(lines) + "\n"


def _variables(kind: type[msgspec.Struct]) -> list[tuple[str, str | None, str]]:
    """Name, default (None: required) and meaning, the string below each field."""
    body = ast.parse(inspect.getsource(kind)).body[0]
    if not isinstance(body, ast.ClassDef):
        raise TypeError(kind)
    texts: dict[str, str] = {}
    for statement, following in zip(body.body, body.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(following, ast.Expr):
            texts[ast.unparse(statement.target)] = str(ast.literal_eval(following.value))
    return [(field.encode_name, _default(field), texts[field.name]) for field in msgspec.structs.fields(kind)]


def _default(field: msgspec.structs.FieldInfo) -> str | None:
    if field.required:
        return None
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return str(field.default).replace(f"{BASE_DIR}/", "")


def _cell(default: str | None) -> str:
    return "required" if default is None else f"`{default}`" if default else "(empty)"


def write() -> None:
    """Bring `.env.example` and the guide up to date."""
    Path(BASE_DIR / ".env.example").write_text(example_file())
    guide = BASE_DIR / "docs" / "deployment.md"
    text = guide.read_text()
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    guide.write_text(f"{before}{BEGIN}\n{environment_table()}\n{after}")


if __name__ == "__main__":
    write()
