"""Open readers for bench/live.py, in a process of their own: `python -m bench.harness.readers PORT < sessions-and-articles`.

Each line of standard input is a session's key and an article. Prints `ready` when all streams said hello; then, for each
line on standard input, the milliseconds from that line until the last stream had the next notice.
"""

import asyncio
import sys
import time

AT_ONCE = 100


class Readers:
    def __init__(self, port: int) -> None:
        self._port = port
        self.greeted = 0
        self.told = 0

    async def listen(self, session: str, article: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        request = (
            f"GET /events/?at=article:{article} HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\n\r\n"
        )
        writer.write(request.encode())
        while line := await reader.readline():
            if line == b"event: hello\n":
                self.greeted += 1
            elif line == b"event: changed\n":
                self.told += 1


async def main(port: int) -> None:
    readers = Readers(port)
    loop = asyncio.get_running_loop()
    tasks: list[asyncio.Task[None]] = []
    while line := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        session, article = line.split()
        # The process checks at most 200 sessions at once and sends the others away; browsers do not all come together either.
        while len(tasks) - readers.greeted >= AT_ONCE:
            await asyncio.sleep(0.01)
        tasks.append(asyncio.create_task(readers.listen(session, article)))
    while readers.greeted < len(tasks):
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        started, before = time.perf_counter(), readers.told
        print("listening", flush=True)
        while readers.told < before + len(tasks):
            await asyncio.sleep(0.001)
        print(f"{(time.perf_counter() - started) * 1000:.1f}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
