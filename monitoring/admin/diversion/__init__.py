"""The page of a finding on the use of a loan."""
