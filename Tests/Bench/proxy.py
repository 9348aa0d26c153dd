"""Measures keep6-proxy beside ndppd, in the same namespaces in one run; prints medians and ratios.

usage: proxy.py BIN, as root in a network, mount and process namespace of its own; ndppd is looked for in PATH.
"""
import os
import re
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import time

ROUNDS = 40
SCANNED = 20_000
HERE = "2001:db8:1::"
FAR = "2001:db8:ffff::1"


def sh(command):
    subprocess.run(command, shell=True, check=True)


def show(name, value):
    print(f"{name:<72} {value}", flush=True)


def scan(interface):
    """Asks for one address of the prefix after the other, as a router does that an address scanner keeps busy."""
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    link.bind((interface, 0x86DD))
    source = socket.inet_pton(socket.AF_INET6, "fe80::ff:fe00:1")
    own = bytes.fromhex("020000000001")
    for number in range(SCANNED):
        target = socket.inet_pton(socket.AF_INET6, HERE + f"5ca:{number:x}")
        group = socket.inet_pton(socket.AF_INET6, "ff02::1:ff00:0")[:13] + target[13:]
        message = struct.pack("!BBHI", 135, 0, 0, 0) + target + b"\1\1" + own
        total = sum(struct.unpack("!32H", source + group + struct.pack("!II", len(message), 58) + message[:24])) + sum(
            struct.unpack("!4H", message[24:]))
        while total > 0xFFFF:
            total = (total >> 16) + (total & 0xFFFF)
        message = message[:2] + struct.pack("!H", ~total & 0xFFFF) + message[4:]
        header = struct.pack("!IHBB", 0x60000000, len(message), 58, 255) + source + group
        link.send(b"\x33\x33" + group[12:] + own + b"\x86\xdd" + header + message)
        if number % 20 == 19:
            time.sleep(0.005)


def lay_out():
    """A provider, this host with its bridge, and a guest; a ping in each way needs the host's answer for the guest."""
    for name in ("provider", "guest"):
        sh(f"ip netns add {name}; ip -n {name} link set lo up")
    sh("ip link set lo up; ip link add br0 address 02:00:00:00:02:00 type bridge")
    sh("ip link add eth0 address 02:00:00:00:00:02 type veth peer name up0 address 02:00:00:00:00:01 netns provider")
    sh("ip link add vnet0 type veth peer name eth0 address 02:00:00:00:00:03 netns guest; ip link set vnet0 master br0")
    for command in ("eth0", "br0", "vnet0"):
        sh(f"echo 0 >/proc/sys/net/ipv6/conf/{command}/accept_dad; ip link set {command} up")
    for name, interface in (("provider", "up0"), ("guest", "eth0")):
        sh(f"ip -n {name} link set {interface} up")
    sh(f"ip -n provider addr add {HERE}1/64 dev up0 nodad; ip -n provider addr add {FAR}/128 dev lo nodad")
    sh(f"ip addr add {HERE}10/64 dev eth0 nodad; ip addr add fe80::1/64 dev br0 nodad")
    sh("ip -6 route add default via fe80::ff:fe00:1 dev eth0; ip -n guest -6 route add default via fe80::1 dev eth0")
    sh("echo 1 >/proc/sys/net/ipv6/conf/all/forwarding")
    sh("ip netns exec guest ping -6 -q -c 1 -w 20 fe80::1%eth0 >/dev/null")


def start_keep6():
    os.makedirs("/run/keep6", exist_ok=True)
    with open("/run/keep6/eth0.wish", "w") as wish:
        wish.write("keep6-wish 1\nuplink eth0\nkeep6-proxy br0\nend\n")
    log = open("/run/guard.log", "w+")
    guard = subprocess.Popen([sys.argv[1] + "/keep6-guard", "eth0"], stderr=log)
    read = open("/run/guard.log")
    while "watching" not in read.read():
        time.sleep(0.01)
        read.seek(0)
    return guard


def start_ndppd():
    # It answers, and leaves the route to the guests to its administrator.
    sh(f"ip -6 route add {HERE}/64 dev br0 metric 100")
    with open("/run/ndppd.conf", "w") as file:
        file.write(f"proxy eth0 {{ rule {HERE}/64 {{ iface br0 }} }}\n")
    daemon = subprocess.Popen(["ndppd", "-c", "/run/ndppd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    return daemon


def stop(process):
    process.terminate()
    process.wait()
    sh("rm -f /run/keep6/*; ip -6 route flush proto 66; ip -6 neigh flush dev br0; ip -6 neigh flush nud failed dev br0")
    sh("ip -6 neigh show proxy | while read -r a rest; do ip -6 neigh del proxy $a dev eth0; done")
    sh(f"ip -6 route del {HERE}/64 dev br0 metric 100 2>/dev/null || true")
    sh("ip -n provider neigh flush dev up0; echo 0 >/proc/sys/net/ipv6/conf/eth0/proxy_ndp")


def ping(namespace, target, arguments, count=1):
    """The time of the first reply in milliseconds, or None, and how many are lost."""
    out = subprocess.run(
        f"ip netns exec {namespace} ping -6 -n -W 10 -c {count} -i 0.02 {arguments} {target}", shell=True,
        capture_output=True, text=True).stdout
    times = dict(re.findall(r"icmp_seq=(\d+) .*time=([\d.]+)", out))
    return float(times["1"]) if "1" in times else None, count - len(times)


def spent(process):
    """Seconds on a processor (sched(7), /proc/PID/schedstat)."""
    return int(open(f"/proc/{process.pid}/schedstat").read().split()[0]) / 1e9


def give(address, detection):
    """A guest's new address; with duplicate address detection it is waited for."""
    sh(f"ip -n guest addr flush dev eth0 scope global; ip -n provider neigh flush dev up0")
    sh(f"ip -n guest addr add {address}/64 dev eth0 {'' if detection else 'nodad'}")
    while detection and subprocess.run(
            "ip -n guest -6 addr show dev eth0 tentative", shell=True, capture_output=True).stdout:
        time.sleep(0.01)


def measure(process, base):
    """First-packet times in both ways, losses, and processor time."""
    results = {"silent": [], "new": [], "lost": 0}
    before = spent(process)
    for number in range(ROUNDS):
        give(HERE + f"{base:x}:{number + 1:x}", False)
        first, lost = ping("provider", HERE + f"{base:x}:{number + 1:x}", f"-I {FAR}", 20)
        results["silent"].append(first)
        results["lost"] += lost
        give(HERE + f"{base + 1:x}:{number + 1:x}", True)
        first, lost = ping("guest", FAR, "", 20)
        results["new"].append(first)
        results["lost"] += lost
    results["guests"] = (spent(process) - before) / (2 * ROUNDS) * 1000
    before = spent(process)
    sh(f"ip netns exec provider {sys.executable} {os.path.abspath(__file__)} --scan up0")
    time.sleep(3)
    results["scan"] = spent(process) - before
    return results


def main():
    if not shutil.which("ndppd"):
        sys.exit("proxy.py: ndppd is not installed; 'apt install ndppd'")
    lay_out()
    all_results = {}
    for name, start, base in (("keep6", start_keep6, 0x100), ("ndppd", start_ndppd, 0x200)):
        process = start()
        all_results[name] = measure(process, base)
        stop(process)
    rows = {
        "silent": "first packet to a guest that nobody has heard of, median, ms",
        "new": "first packet of a guest with a new address, median, ms",
        "lost": f"packets lost of {2 * 20 * ROUNDS}",
        "guests": "processor time for a new guest and 20 packets, ms",
        "scan": f"processor time for {SCANNED} questions for nobody, s",
    }
    for key, title in rows.items():
        values = []
        for name in ("keep6", "ndppd"):
            value = all_results[name][key]
            if isinstance(value, list):
                answered = [time for time in value if time is not None]
                value = statistics.median(answered) if answered else float("nan")
            values.append(value)
        ratio = f", ratio {values[1] / values[0]:.1f}" if values[0] else ""
        show(title, f"keep6 {values[0]:.3g}, ndppd {values[1]:.3g}{ratio}")


if sys.argv[1] == "--scan":
    scan(sys.argv[2])
else:
    main()
