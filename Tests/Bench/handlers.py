"""Times the networkd-dispatcher handler on a booted host beside an empty shell handler and one in Python."""
import os
import statistics
import time

BASE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "STATE": "routable", "AdministrativeState": "configured"}
SHELL = "#!/bin/sh\nexit 0\n"
PYTHON = """#!/usr/bin/python3
import configparser, json, os, sys
if os.environ["IFACE"] != "eth0":
    sys.exit(0)
parser = configparser.ConfigParser(strict=False)
parser.read("/etc/systemd/network/10-eth0.network")
sys.exit(0 if parser.has_section("X-Keep6") else 1)
"""


def run(path, interface):
    start = time.perf_counter()
    _, status = os.waitpid(os.posix_spawn(path, [path], {**BASE, "IFACE": interface}), 0)
    assert status == 0, path
    return (time.perf_counter() - start) * 1e6


for name, text in ("shell", SHELL), ("python", PYTHON):
    with open(f"/root/{name}-handler", "w") as script:
        script.write(text)
    os.chmod(f"/root/{name}-handler", 0o755)
keep6 = "/usr/lib/networkd-dispatcher/routable.d/keep6"
calls = {"kept": (keep6, "eth0"), "other": (keep6, "lo"), "shell": ("/root/shell-handler", "eth0"),
         "python": ("/root/python-handler", "eth0")}
times = {name: [] for name in calls}
for _ in range(60):
    for name, (path, interface) in calls.items():
        times[name].append(run(path, interface))
us = {name: statistics.median(values) for name, values in times.items()}
print(f"networkd handler on a kept link {us['kept']:.0f} us, on another {us['other']:.0f} us"
      f" = {us['kept'] / us['shell']:.2f} and {us['other'] / us['shell']:.2f} x an empty shell handler"
      f" ({us['shell']:.0f}), {us['kept'] / us['python']:.2f} and {us['other'] / us['python']:.2f} x one in Python"
      f" ({us['python']:.0f})")
