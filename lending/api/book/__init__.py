"""What happens after a loan is paid out, reported over HTTP."""
