"""`python -m riskengine.stack run` and `… exec [--durable] -- COMMAND`; see `make help`."""

import argparse
import sys

from django.core.exceptions import ImproperlyConfigured

from riskengine.stack.console import say
from riskengine.stack.execute import execute
from riskengine.stack.places import StackError
from riskengine.stack.run import run

WRONG_USE = 2


def main(arguments: list[str]) -> int:
    """Exit code: 0 stopped in order (or the command's own), 2 cannot start."""
    parser = argparse.ArgumentParser(prog="python -m riskengine.stack", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("run", help="start everything and keep it running")
    executor = actions.add_parser("exec", help="run a command with servers of its own")
    executor.add_argument("--durable", action="store_true", help="wait for the disk as a real server does")
    executor.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    try:
        if options.action == "run":
            return run()
        return execute([part for part in options.command if part != "--"], is_durable=options.durable)
    except (StackError, ImproperlyConfigured) as error:
        say(str(error))
        return WRONG_USE


sys.exit(main(sys.argv[1:]))
