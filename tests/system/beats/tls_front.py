"""TLS in front of a server's HTTP port, as nginx or a load balancer is in production."""

import asyncio
import contextlib
import pathlib
import ssl
import threading


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()
    writer.close()


class TlsFront:
    """A port that takes TLS and hands what comes to another port; used as a context."""

    def __init__(self, port: int, certificates: pathlib.Path):
        self.behind = port
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(str(certificates / "server.pem"), str(certificates / "server.key"))
        self.port = 0
        self.connections = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            behind = await asyncio.open_connection("127.0.0.1", self.behind)
        except OSError:
            writer.close()
            return
        await asyncio.gather(relay(reader, behind[1]), relay(behind[0], writer))

    async def listen(self) -> int:
        self.server = await asyncio.start_server(self.take, "127.0.0.1", 0, ssl=self.context)
        return self.server.sockets[0].getsockname()[1]

    async def end(self) -> None:
        self.server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def __enter__(self) -> "TlsFront":
        self.thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self.listen(), self.loop).result(20)
        return self

    def __exit__(self, *_) -> None:
        asyncio.run_coroutine_threadsafe(self.end(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
