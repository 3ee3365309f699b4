#!/usr/bin/env python
"""The command line of the desk: `python manage.py help` lists what it can do."""

import os
import sys

from factcheck.local.commands import desk_for


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    with desk_for(sys.argv):
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
