"""What loans say of themselves since their changes were kept, filled in without a lock on the table."""

from django.db import migrations


class Migration(migrations.Migration):
    # Each statement locks the rows it fills alone, and may have been taken already when it is run again.
    atomic = False

    dependencies = [("lending", "0014_statements_corrected")]

    operations = [
        # A change that is told meanwhile says it by itself, and is not overwritten.
        migrations.RunSQL(
            """
            UPDATE lending_loan l SET closed_cause = last.cause FROM (
                SELECT DISTINCT ON (loan_id) loan_id, kind, cause FROM lending_loanchange
                WHERE kind IN ('CLOSED', 'REOPENED') ORDER BY loan_id, known_at DESC, id DESC
            ) last
            WHERE last.loan_id = l.id AND last.kind = 'CLOSED' AND l.closed_cause = '' AND l.closed_on IS NOT NULL
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            UPDATE lending_loan SET has_reopened = true
            WHERE NOT has_reopened AND id IN (
                SELECT loan_id FROM lending_loanchange WHERE kind IN ('CLOSED', 'REOPENED')
                GROUP BY loan_id HAVING count(*) > 1 OR bool_or(kind = 'REOPENED')
            )
            """,
            migrations.RunSQL.noop,
        ),
    ]
