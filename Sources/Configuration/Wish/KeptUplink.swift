// A wish as the text of /run/keep6/IFACE.wish, with what the hook found when it first came.
import Internet
import Text

/// What the hooks keep of an uplink while it is up.
package struct KeptUplink: Equatable, Sendable {
    /// Who configures the interface, and so where the wish is written.
    package enum Manager: String, Sendable { case ifupdown, networkd }

    package var wish: Wish
    package var manager = Manager.ifupdown
    /// The static addresses that networkd configures (`Address=` of systemd.network(5)), or that were on the interface when
    /// ifup was done; none while it is at work.
    package var staticAddresses: [InterfaceAddress] = []
    /// The interface that ifup configured; ifup must configure a new interface of the same name again first.
    package var configuredInterface: InterfaceIndex?
    /// Whether networkd handles the router advertisements, by its own rule (`IPv6AcceptRA=` of systemd.network(5)).
    package var networkdHandlesAdvertisements = false
    /// `accept_ra` before keep6 touched it; nil if it could not be read.
    package var foundAcceptRA: Int?

    package init(wish: Wish, foundAcceptRA: Int? = nil) {
        self.wish = wish
        self.foundAcceptRA = foundAcceptRA
    }

    /// What accept_ra must become; nil if it is right as it is.
    package func acceptRATarget(from found: Int) -> Int? {
        wish.acceptRA.target(from: found, networkdHandles: networkdHandlesAdvertisements)
    }

    package var text: String {
        var lines = ["uplink \(wish.uplink)"]
        if manager != .ifupdown { lines.append("manager \(manager.rawValue)") }
        if networkdHandlesAdvertisements { lines.append("advertisements networkd") }
        lines += staticAddresses.map { "static-address \($0)" }
        if let configuredInterface { lines.append("configured-interface \(configuredInterface.rawValue)") }
        if let foundAcceptRA { lines.append("found-accept-ra \(foundAcceptRA)") }
        lines += wish.addresses.map { "keep6-address \($0)" }
        if wish.acceptRA != .auto { lines.append("keep6-accept-ra \(wish.acceptRA)") }
        if wish.defaultRoute != .routerAdvertisement { lines.append("keep6-default-route \(wish.defaultRoute)") }
        lines += wish.routers.map { "keep6-router \($0)" }
        if wish.firewall { lines.append("keep6-firewall yes") }
        lines += wish.start.map { "keep6-start \($0)" }
        if let delegation = wish.delegation { lines.append("keep6-delegation \(delegation)") }
        if wish.wait > 0 { lines.append("keep6-wait \(wish.wait)") }
        lines += wish.guests.map { "keep6-guests \($0)" }
        lines += wish.proxies.map { "keep6-proxy \($0)" }
        return RecordText.framed("wish", lines)
    }

    /// Reads the text back; a torn or foreign one is an error as a whole.
    package init(text: String) throws(Malformed) {
        var lines = try RecordText.lines(of: "wish", in: text)
        guard let first = lines.popFirst(), first.hasPrefix("uplink "),
            let uplink = InterfaceName(String(first.dropFirst(7)))
        else { throw Malformed("it names no interface") }
        wish = Wish(uplink: uplink)
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Malformed("'\(line)'") }
            guard apply(found: parts[0], parts[1]) else {
                guard parts[0].hasPrefix("keep6-") else { throw Malformed("'\(line)'") }
                let complaints = wish.apply([WishOption(name: parts[0], value: parts[1])])
                if let complaint = complaints.first { throw Malformed(complaint.description) }
                continue
            }
        }
    }

    /// Takes what is not the wish's own; false if the name or the value is not known.
    private mutating func apply(found name: String, _ value: String) -> Bool {
        switch name {
        case "found-accept-ra":
            guard let number = Int(value) else { return false }
            foundAcceptRA = number
        case "manager":
            guard let known = Manager(rawValue: value) else { return false }
            manager = known
        case "advertisements":
            guard value == "networkd" else { return false }
            networkdHandlesAdvertisements = true
        case "static-address":
            guard let address = InterfaceAddress(value) else { return false }
            staticAddresses.append(address)
        case "configured-interface":
            guard let index = UInt32(value) else { return false }
            configuredInterface = InterfaceIndex(rawValue: index)
        default: return false
        }
        return true
    }
}
