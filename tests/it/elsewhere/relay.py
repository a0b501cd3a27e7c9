"""Carries connections of this network to a server in another one (`ip netns`): what listens stays here, what it
reaches for is there. Usage: relay.py NAMESPACE HOST PORT; prints the port it listens on."""

import ctypes
import os
import socket
import sys
import threading

CLONE_NEWNET = 0x40000000


def carry(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    for end, how in ((other, socket.SHUT_WR), (one, socket.SHUT_RD)):
        try:
            end.shutdown(how)
        except OSError:
            pass


def serve(came, target):
    try:
        there = socket.create_connection(target)
    except OSError:
        came.close()
        return
    back = threading.Thread(target=carry, args=(there, came), daemon=True)
    back.start()
    carry(came, there)
    back.join()
    came.close()
    there.close()


def main():
    namespace, host, port = sys.argv[1:]
    door = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(door.getsockname()[1], flush=True)
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{namespace}") as there:
        if libc.setns(there.fileno(), CLONE_NEWNET) != 0:
            sys.exit(os.strerror(ctypes.get_errno()))
    while True:
        came, _ = door.accept()
        # threads begun after setns are in the other network too
        threading.Thread(target=serve, args=(came, (host, int(port))), daemon=True).start()


main()
