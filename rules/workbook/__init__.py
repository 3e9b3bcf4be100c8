"""Parameters, tables and scorecards of a rule set as a workbook, and back; no formula is ever computed."""
