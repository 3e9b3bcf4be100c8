"""The demo: real public data, loaded once through the same services that staff and lenders use."""
