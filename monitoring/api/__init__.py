"""What lending systems, holders and recipients ask of monitoring over HTTP."""
