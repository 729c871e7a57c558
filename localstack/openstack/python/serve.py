"""serve.py keystone|neutron|octavia: one OpenStack API on SQLite, on a free loopback port, below a path prefix.

Prints "port N" at once, reads the path of its configuration file as one line from standard input, and prints "ready".
When standard input ends it removes the folder of that file and is gone, so it never outlives whoever started it.
"""
import importlib
import os
import shutil
import socket
import sys
import threading

import sqlalchemy
import waitress

PREFIXES = {"keystone": "/identity", "neutron": "/network", "octavia": "/load-balancer"}


def fast_sqlite(connection, _record):
    """The data lives as long as this process: nothing has to be safe on the disk."""
    connection.isolation_level, before = None, connection.isolation_level
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "temp_store=MEMORY", "busy_timeout=20000"):
        connection.execute("PRAGMA " + pragma)
    connection.isolation_level = before


def one_at_a_time(app, lock, after):
    """SQLite takes one writer, and Python runs one thread: requests in turn are as fast, and never meet a locked table."""

    def answer(environ, start_response):
        with lock:
            parts = app(environ, start_response)
            try:
                body = b"".join(parts)
            finally:
                if hasattr(parts, "close"):
                    parts.close()
            after(environ)
        return [body]

    return answer


def end_with_parent(folder):
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def main():
    what = sys.argv[1]
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    os.environ["OWN_URL"] = f"http://127.0.0.1:{port}{PREFIXES[what]}"
    print("port", port, flush=True)
    # Unbuffered, one byte at a time: the thread below reads on where this stops.
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            return
        line += byte
    conf = line.decode().strip()
    threading.Thread(target=end_with_parent, args=(os.path.dirname(conf),), daemon=True).start()
    # Keystone and Neutron parse the process's arguments when they are imported.
    sys.argv = sys.argv[:1]
    sqlalchemy.event.listen(sqlalchemy.engine.Engine, "connect", fast_sqlite)
    lock = threading.RLock()
    app, after = importlib.import_module("run_" + what).start(conf, lock)
    server = waitress.create_server(
        one_at_a_time(app, lock, after),
        sockets=[listener],
        threads=4,
        url_prefix=PREFIXES[what],
        ident=None,
        channel_timeout=3600,
        clear_untrusted_proxy_headers=False,
    )
    print("ready", flush=True)
    server.run()


if __name__ == "__main__":
    main()
