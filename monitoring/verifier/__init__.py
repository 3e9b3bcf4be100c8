"""What others run to verify a health code without us: one file, copied out by `manage.py export_health_keys`."""
