"""When an entry of a list counts: the one condition, for SQL of any app."""

COUNTS_AT = """
    {entry}.known_at <= {at} AND {entry}.from_at <= {at}
    AND ({entry}.until_at IS NULL OR {entry}.until_at > {at}) AND ({entry}.ended_at IS NULL OR {entry}.ended_at > {at})
"""
"""`entry` is an alias of lending_listentry, `at` an SQL instant. Only an approved entry has a known_at (trigger).

An end takes effect when it is approved and never before: a look-up as of an earlier instant still finds the entry.
"""
