"""The transaction of a decision in three round trips: BEGIN travels with the first statement, COMMIT with the last."""

from types import TracebackType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction

from rules.services.decisions.sql import PREPARE_ALL, Statement


class DecisionTransaction:
    """A transaction on this thread's connection, through psycopg2's own cursor.

    Django's `atomic` would spend two more round trips, on BEGIN and on COMMIT. Inside an `atomic` of the caller's
    (the demo's loading, tests) it becomes a savepoint of it. Left without `commit_with`, it is rolled back.
    """

    def __init__(self) -> None:
        self._connection = connections[DEFAULT_DB_ALIAS]  # looked up once: the usual proxy does at every touch
        self._is_open = False
        self._is_committed = False
        self._outer: transaction.Atomic | None = None

    def __enter__(self) -> "DecisionTransaction":
        connection = self._connection
        if connection.connection is not None and connection.connection.closed:
            connection.close()
        connection.ensure_connection()
        raw = connection.connection
        self._cursor = raw.cursor()
        self._before = ""
        if connection.in_atomic_block:
            self._outer = transaction.atomic()
            self._outer.__enter__()
        else:
            self._before = "BEGIN; "
        if getattr(connection, "decisions_prepared_on", None) is not raw:
            self._run(PREPARE_ALL, None)
            connection.decisions_prepared_on = raw  # type: ignore[attr-defined]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._outer is not None:
                if not self._is_committed:
                    self._connection.needs_rollback = True  # to the savepoint that `_outer` is
                self._outer.__exit__(kind, error, trace)
            elif self._is_open:
                self._roll_back()
        finally:
            self._cursor.close()

    def _roll_back(self) -> None:
        self._is_open = False
        try:
            with self._connection.wrap_database_errors:
                self._cursor.execute("ROLLBACK")
        except Error:
            self._connection.close()  # it is lost, and the server rolls back by itself

    def execute(self, statement: Statement, values: dict[str, Any], *, before: str = "") -> None:
        """Run a prepared statement, `before` in the same round trip."""
        self._run(f"{before}; {statement.execute}" if before else statement.execute, values)

    def query(self, text: str, values: dict[str, Any] | None = None) -> None:
        """Run a statement that is not prepared."""
        self._run(text, values)

    def commit_with(self, statement: Statement, values: dict[str, Any]) -> None:
        """Run the last statement and commit, in one round trip. Nothing is committed if it fails."""
        if self._outer is not None:
            self._run(statement.execute, values)
        else:
            self._run(f"{statement.execute}; COMMIT", values)
        self._is_open, self._is_committed = False, True

    @property
    def is_lost(self) -> bool:
        """The server has gone; nothing of this transaction is left."""
        return bool(self._outer is None and self._cursor.connection.closed)

    def row(self) -> tuple[Any, ...] | None:
        """The next row of the last statement."""
        row: tuple[Any, ...] | None = self._cursor.fetchone()
        return row

    def _run(self, text: str, values: dict[str, Any] | None) -> None:
        """Execute; errors become Django's, which is what callers know."""
        if self._before and text is not PREPARE_ALL:
            text, self._before, self._is_open = self._before + text, "", True
        with self._connection.wrap_database_errors:
            self._cursor.execute(text, values)
