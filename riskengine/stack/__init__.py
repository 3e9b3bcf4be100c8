"""The launcher behind `make run` and `make test`: servers, web, worker and beat as children of one process.

Reads no Django settings: it is what provides them.
"""
