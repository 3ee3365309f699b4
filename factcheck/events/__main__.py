"""`python -m factcheck.events [--fd N | --port N] [--host H]`: run the events process until SIGTERM."""

import argparse
import os
import socket
import sys


def main(arguments: list[str]) -> int:
    given = _parse(arguments)
    # A pool would keep connections open that are used for milliseconds.
    os.environ["DATABASE_POOL"] = "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    import django

    django.setup()
    import uvicorn
    from django.conf import settings

    from factcheck.checks import refuse_unsafe_database
    from factcheck.events.asgi import EventsApp

    refuse_unsafe_database()
    app = EventsApp()

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """End the streams first: uvicorn would wait for each reader to leave."""
            app.hub.cut_all("restart")
            await super().shutdown(sockets)

    config = uvicorn.Config(
        app,
        host=given.host,
        port=given.port,
        lifespan="on",
        log_config=None,  # LOGGING of the settings
        log_level=settings.LOG_LEVEL.lower(),
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        ws="none",
    )
    sockets = None if given.fd is None else [socket.socket(fileno=given.fd)]
    Server(config).run(sockets=sockets)
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m factcheck.events")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--fd", type=int, help="a listening socket that was inherited")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
