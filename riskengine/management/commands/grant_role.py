"""`manage.py grant_role ROLE`: what the application's own database role may do, and no more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg2 import sql

# Tables frozen as a whole; those with a condition still change until they are published.
FROZEN = """
    SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgname = c.relname || '_frozen' AND t.tgqual IS NULL ORDER BY 1
"""
GRANTS = """
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
    GRANT TEMPORARY ON DATABASE {database} TO {role};
"""
WITHDRAWN = "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}"


class Command(BaseCommand):
    """Run by the owner after each migration; the role itself is made by the database's administrator."""

    help = "Grant a database role what web and worker need; it may not change what is append-only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role")

    def handle(self, *_args: Any, role: str, **_options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if not cursor.fetchone():
                raise CommandError(f"There is no database role {role!r}.", returncode=2)
            names = {"role": sql.Identifier(role), "database": sql.Identifier(connection.settings_dict["NAME"])}
            cursor.execute(sql.SQL(GRANTS).format(**names))
            cursor.execute(FROZEN)
            frozen = [str(name) for (name,) in cursor.fetchall()]
            for table in frozen:
                cursor.execute(sql.SQL(WITHDRAWN).format(role=names["role"], table=sql.Identifier(table)))
        self.stdout.write(f"{role} may insert into and read, but not change: {', '.join(frozen)}")
