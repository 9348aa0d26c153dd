"""Times 'keep6 firewall' with 10,000 own rules beside 200 of others, against ip6tables-save and -restore of the same."""
import os
import statistics
import subprocess
import sys
import time

KEEP6 = sys.argv[1] + "/keep6"
OTHERS = "*filter\n:LIBVIRT_FWI - [0:0]\n-I FORWARD -j LIBVIRT_FWI\n" + "".join(
    f"-A LIBVIRT_FWI -d fd00:{number:x}::/64 -j ACCEPT\n" for number in range(200)) + "COMMIT\n"
OWN = "*filter\n" + "".join(
    f"-A INPUT -s 2001:db8:{number:x}::/48 -j DROP\n" for number in range(10_000)) + "COMMIT\n"


def run(command, text=""):
    start = time.perf_counter()
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    assert result.returncode == 0, (command, result.stderr)
    return (time.perf_counter() - start) * 1000


def measure(backend):
    for program in "ip6tables", "ip6tables-save", "ip6tables-restore":
        link = f"/etc/alternatives/{program}"
        os.unlink(link)
        os.symlink(f"/usr/sbin/ip6tables-{backend}{program[len('ip6tables'):]}", link)
    run(["ip6tables-restore", "--noflush"], OTHERS + OWN)
    run([KEEP6, "firewall", "save"])
    times = {"restore": [], "plain restore": [], "save": [], "plain save": []}
    for round in range(9):
        run(["ip6tables", "-F", "INPUT"])
        times["plain restore"].append(run(["ip6tables-restore", "--noflush"], OWN))
        run(["ip6tables", "-F", "INPUT"])
        times["restore"].append(run([KEEP6, "firewall", "restore"]))
        with open("/run/rules", "w") as file:
            start = time.perf_counter()
            subprocess.run(["ip6tables-save"], stdout=file, check=True)
            os.fsync(file.fileno())
            times["plain save"].append((time.perf_counter() - start) * 1000)
        run(["ip6tables", "-A", "INPUT", "-s", f"2001:db9:{round}::/48", "-j", "DROP"])
        times["save"].append(run([KEEP6, "firewall", "save"]))
        run(["ip6tables", "-D", "INPUT", "-s", f"2001:db9:{round}::/48", "-j", "DROP"])
        run([KEEP6, "firewall", "save"])
    ms = {name: statistics.median(values) for name, values in times.items()}
    for deed in "restore", "save":
        plain = ms[f"plain {deed}"]
        name = f"{deed} 10,000 rules beside 200 of others, {backend}"
        print(f"{name:<64} {ms[deed]:.0f} ms = {ms[deed] / plain:.2f} x ip6tables-{deed} ({plain:.0f} ms)", flush=True)


for backend in "nft", "legacy":
    measure(backend)
