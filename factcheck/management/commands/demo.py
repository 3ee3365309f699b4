import sys
from typing import Any

from django.core.management.base import BaseCommand

from factcheck.local.demo import run_demo


class Command(BaseCommand):
    help = "Run the whole desk on this machine with the sample story: what `make demo` does."
    # The servers are not up yet; prepare_demo runs the checks once they are.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(run_demo())
