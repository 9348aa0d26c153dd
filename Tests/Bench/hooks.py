"""Times the ifupdown hooks on a booted host beside a shell script that does the same; prints medians and ratios."""
import os
import statistics
import time

BASE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "IFACE": "eth0", "LOGICAL": "eth0", "ADDRFAM": "inet6",
        "METHOD": "static", "VERBOSITY": "0", "IF_ADDRESS": "2001:db8:1::10", "IF_NETMASK": "64",
        "IF_KEEP6_ADDRESS": "2001:db8:1::11/64"}
PRE = {"MODE": "start", "PHASE": "pre-up"}
UP = {"MODE": "start", "PHASE": "post-up"}
KEPT = {"IF_KEEP6": "yes"}
SCRIPT = """#!/bin/sh
case $PHASE in
pre-up) sysctl -qw net.ipv6.conf.$IFACE.accept_ra=2; mkdir -p /run/scripted; echo yes >/run/scripted/$IFACE ;;
post-up) sysctl -qw net.ipv6.conf.$IFACE.accept_ra=2
  ip -6 addr replace $IF_KEEP6_ADDRESS dev $IFACE
  ip -6 addr show dev $IFACE tentative | grep -q inet6
  systemctl --no-block start scripted@$IFACE.service ;;
esac
exit 0
"""


def run(argv, environment):
    start = time.perf_counter()
    os.waitpid(os.posix_spawn(argv[0], argv, environment), 0)
    return (time.perf_counter() - start) * 1e6


with open("/root/script", "w") as script:
    script.write(SCRIPT)
os.chmod("/root/script", 0o755)
up, pre = ["/etc/network/if-up.d/keep6"], ["/etc/network/if-pre-up.d/keep6"]
commands = {
    "empty": (["/bin/sh", "-c", ":"], BASE), "idle": (up, {**BASE, **UP}),
    "pre": (pre, {**BASE, **PRE, **KEPT}), "scripted pre": (["/root/script"], {**BASE, **PRE, **KEPT}),
    "up": (up, {**BASE, **UP, **KEPT}), "scripted up": (["/root/script"], {**BASE, **UP, **KEPT}),
}
times = {name: [] for name in commands}
for _ in range(60):
    for name, (argv, environment) in commands.items():
        times[name].append(run(argv, environment))
us = {name: statistics.median(values) for name, values in times.items()}
both, scripted = us["pre"] + us["up"], us["scripted pre"] + us["scripted up"]
print(f"hook without 'keep6 yes' {us['idle']:.0f} us = {us['idle'] / us['empty']:.2f} x /bin/sh -c : ({us['empty']:.0f});"
      f" with it, pre-up {us['pre']:.0f} + up {us['up']:.0f} us = {both / scripted:.2f} x a shell script"
      f" ({us['scripted pre']:.0f} + {us['scripted up']:.0f})")
