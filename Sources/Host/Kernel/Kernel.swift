// The kernel's state of one uplink, read and put right.
import CLinux
import Configuration
import Internet
import Linux
import Netlink
import StateMachines

/// The kernel, as far as keep6 asks it and tells it.
package struct Kernel {
    package let routes: Rtnetlink

    package init() throws(SystemError) { routes = try Rtnetlink() }

    /// Everything that matters of the uplink, now.
    package func snapshot(of uplink: InterfaceName) throws(SystemError) -> Snapshot {
        var snapshot = Snapshot(link: try routes.link(uplink))
        snapshot.forwarding = (try? Sysctl("forwarding", of: nil).read()).map { $0 != 0 }
        guard let link = snapshot.link else { return snapshot }
        snapshot.acceptRA = try? Sysctl("accept_ra", of: uplink).read()
        snapshot.addresses = try routes.addresses(of: link.index)
        snapshot.routes = try routes.defaultRoutes(through: link.index).filter { $0.table == Route.mainTable }
        return snapshot
    }

    /// Sets accept_ra as configured, if it differs; returns the old and the new value.
    @discardableResult
    package static func correctAcceptRA(_ kept: KeptUplink) throws(SystemError) -> (found: Int, now: Int) {
        let setting = Sysctl("accept_ra", of: kept.wish.uplink)
        let found = try setting.read()
        guard let target = kept.acceptRATarget(from: found) else { return (found, found) }
        try setting.write(target)
        return (found, target)
    }

    /// Has an address that is being checked for duplicates used meanwhile (RFC 4429).
    ///
    /// The settings stay: without them the kernel accepts no such address, and does not report when it is usable
    /// (net/ipv6/addrconf.c, addrconf_dad_begin).
    package func makeOptimistic(_ address: Address, on uplink: InterfaceName) throws(SystemError) {
        for name in Kernel.optimisticSettings {
            do throws(SystemError) {
                let setting = Sysctl(name, of: uplink)
                if try setting.read() == 0 { try setting.write(1) }
            } catch {
                // The interface has just gone, or the kernel knows no optimistic detection.
                throw SystemError(code: error.code == ENOENT ? Address.isNotThere : error.code, doing: error.doing)
            }
        }
        try routes.makeOptimistic(address)
    }

    private static let optimisticSettings = ["optimistic_dad", "use_optimistic"]

    /// Takes back what `makeOptimistic` set, where a new interface would not have it.
    static func forgetOptimisticSettings(of uplink: InterfaceName) throws(SystemError) {
        for name in optimisticSettings where try Sysctl(ofNewInterfaces: name).read() == 0 {
            try Sysctl(name, of: uplink).write(0)
        }
    }

    /// Sets accept_ra so that libvirt turns forwarding on: as configured, or to 2 for the time that it takes.
    ///
    /// libvirt refuses an interface on which the kernel once learned routes, if its accept_ra is 1, or is 0 while that
    /// of `all` is 1 (src/util/virnetdevip.c, virNetDevIPCheckIPv6Forwarding), although with 0 the host would lose only
    /// what another program keeps.
    package static func admitForwarding(_ kept: KeptUplink) throws(SystemError) {
        guard kept.acceptRATarget(from: 2) == 0, hasLearntRoutes(kept.wish.uplink) else {
            try correctAcceptRA(kept)
            return
        }
        try Sysctl("accept_ra", of: kept.wish.uplink).write(2)
    }

    /// Ends what `admitForwarding` began.
    package static func endAdmission(_ kept: KeptUplink) throws(SystemError) {
        if kept.acceptRATarget(from: 2) == 0 { try correctAcceptRA(kept) }
    }

    /// Whether the kernel has routes that it learned itself from router advertisements heard on the uplink; rtnetlink
    /// does not tell (net/ipv6/route.c, rt6_proc_show). True also if that cannot be found out.
    private static func hasLearntRoutes(_ uplink: InterfaceName) -> Bool {
        let path = "/proc/net/ipv6_route"
        let table = try? Descriptor(opening: path, O_RDONLY).readAll(limit: 1 << 28, of: path)
        guard let table else { return true }
        return table.split(separator: UInt8(ascii: "\n")).contains { line in
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count == 10, fields[9].elementsEqual(uplink.description.utf8) else { return false }
            let flags = UInt32(String(decoding: fields[8], as: UTF8.self), radix: 16) ?? 0
            return flags & UInt32(RTF_ADDRCONF) != 0
        }
    }
}
