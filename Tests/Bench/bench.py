"""The measurements of 'make bench'; runs in a network, mount and process namespace of its own, given the bin folder."""
import os
import select
import socket
import statistics
import struct
import subprocess
import sys
import time

BIN = sys.argv[1]
RTM_NEWROUTE, RTM_DELROUTE, RTNLGRP_IPV6_ROUTE, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 24, 25, 11, 270, 1
ROUTER = "fe80::1"


def sh(command):
    subprocess.run(command, shell=True, check=True)


def show(name, value):
    print(f"{name:<64} {value}", flush=True)


class Routes:
    """A netlink socket that sees and changes default routes."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self.socket.bind((0, 0))
        self.index = socket.if_nametoindex("eth0")

    def subscribe(self):
        self.socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV6_ROUTE)

    def request(self, kind, flags, metric, protocol, destination=None, expires=None):
        attribute = lambda number, payload: struct.pack("=HH", 4 + len(payload), number) + payload
        length = 64 if destination else 0
        body = struct.pack("=BBBBBBBBI", 10, length, 0, 0, 254, protocol, 0, 1, 0)
        if destination:
            body += attribute(1, destination)
        body += attribute(5, socket.inet_pton(socket.AF_INET6, ROUTER)) + attribute(4, struct.pack("=I", self.index))
        body += attribute(6, struct.pack("=I", metric))
        if expires:
            body += attribute(23, struct.pack("=I", expires))
        return struct.pack("=IHHII", 16 + len(body), kind, 1 | flags, 0, 0) + body

    def add(self, metric, protocol, expires=None):
        self.socket.send(self.request(RTM_NEWROUTE, 0x600, metric, protocol, expires=expires))

    def delete(self, metric, protocol):
        self.socket.send(self.request(RTM_DELROUTE, 0, metric, protocol))

    def wait_new(self, limit=5.0):
        """Returns when a default route was added; it does not sleep, so that its own waking is not measured."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            try:
                data = self.socket.recv(65536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                continue
            if struct.unpack("=H", data[4:6])[0] == RTM_NEWROUTE and data[17] == 0:
                return True
        return False

    def drain(self):
        while select.select([self.socket], [], [], 0.02)[0]:
            self.socket.recv(65536)


def uplink():
    sh("ip link add eth0 type veth peer name up0; ip link set up0 up; ip link set lo up")
    sh("sysctl -qw net.ipv6.conf.eth0.accept_ra=0; ip link set eth0 up; ip -6 addr add 2001:db8::1/64 dev eth0 nodad")


def start_guard():
    os.makedirs("/run/keep6", exist_ok=True)
    log = open("/run/guard.log", "w+")
    guard = subprocess.Popen([BIN + "/keep6-guard", "eth0"], stderr=log)
    read = open("/run/guard.log")
    while "watching" not in read.read():
        time.sleep(0.01)
        read.seek(0)
    return guard


def route_back():
    """From the deletion of a default route to the notification that there is one again."""
    routes = Routes()

    def measure(count, cleans=False):
        times = []
        watcher = Routes()
        watcher.subscribe()
        for _ in range(count):
            routes.add(1024, 9, expires=1800)
            time.sleep(0.05)
            watcher.drain()
            start = time.perf_counter()
            routes.delete(1024, 9)
            if watcher.wait_new():
                times.append((time.perf_counter() - start) * 1e6)
            if cleans:
                routes.delete(1025, 0)
        return times

    # The guard backs off after ten repairs without a quiet minute: a new one for every five.
    kept = []
    for _ in range(20):
        guard = start_guard()
        kept += measure(5)
        guard.terminate()
        guard.wait()
        sh("ip -6 route flush default; rm -f /run/keep6/*")
    loop = subprocess.Popen(
        ["sh", "-c", "ip -6 monitor route | while read -r line; do case $line in 'Deleted default'*'metric 1024 '*)"
         f" ip -6 route add default via {ROUTER} dev eth0 metric 1025 ;; esac; done"], start_new_session=True)
    time.sleep(0.5)
    shell = measure(100, cleans=True)
    os.killpg(loop.pid, 15)
    loop.wait()
    sh("ip -6 route flush default")
    kept_median, shell_median = statistics.median(kept), statistics.median(shell)
    show("route deleted -> back, keep6, median", f"{kept_median:.0f} us (of {len(kept)}, max {max(kept):.0f})")
    show("route deleted -> back, shell loop on ip monitor, median", f"{shell_median:.0f} us (of {len(shell)})")
    show("  ratio", f"{shell_median / kept_median:.1f}")


def processor_seconds(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def foreign_routes():
    """200,000 routes of others added and deleted while the guard watches."""
    guard = start_guard()
    before = processor_seconds(guard)
    with open("/run/batch", "w") as batch:
        for number in range(200_000):
            batch.write(f"route add 2001:{number >> 16:x}:{number & 0xffff:x}::/64 via {ROUTER} dev eth0\n")
    start = time.monotonic()
    sh("sysctl -qw net.ipv6.route.max_size=1000000 2>/dev/null || true")
    sh("ip -6 -batch /run/batch")
    sh("sed s/add/del/ /run/batch >/run/batch.del; ip -6 -batch /run/batch.del")
    took = time.monotonic() - start
    drops = [line.split()[8] for line in open("/proc/net/netlink") if line.split()[2] == str(guard.pid)]
    used = processor_seconds(guard) - before
    show("200,000 foreign routes added and deleted: guard's CPU", f"{used:.2f} s (of {took:.0f} s)")
    show("  notifications lost by its sockets", " ".join(drops) or "none seen")
    guard.terminate()
    guard.wait()


def idle(seconds=60):
    Routes().add(1024, 9, expires=9000)
    guard = start_guard()
    time.sleep(2)
    count = lambda: sum(
        int(line.split()[1]) for line in open(f"/proc/{guard.pid}/status") if "ctxt_switches" in line)
    before = count()
    time.sleep(seconds)
    show(f"idle guard, wake-ups in {seconds} s", count() - before)
    rollup = {}
    for line in open(f"/proc/{guard.pid}/smaps_rollup"):
        words = line.split()
        if len(words) == 3 and words[2] == "kB":
            rollup[words[0]] = int(words[1])
    private = rollup["Private_Dirty:"]
    show("idle guard, private memory", f"{private} kB written, {rollup['Private_Clean:']} kB of its own file")
    guard.terminate()
    guard.wait()


uplink()
route_back()
foreign_routes()
show("executable, stripped", f"{os.path.getsize(BIN + '/keep6') / 1e6:.2f} MB")
idle()
