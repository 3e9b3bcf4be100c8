"""Every promised figure of how good models, warnings, reasons and checks are, on what ships; see `run`."""
