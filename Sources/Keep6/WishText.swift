// A wish as the text of /run/keep6/IFACE.wish, with what the hook found when it first came.
import Internet

/// What the hooks keep of an uplink while it is up.
public struct KeptUplink: Equatable, Sendable {
    public var wish: Wish
    /// `accept_ra` before keep6 touched it; nil if it could not be read.
    public var foundAcceptRA: Int?

    public init(wish: Wish, foundAcceptRA: Int?) {
        self.wish = wish
        self.foundAcceptRA = foundAcceptRA
    }

    public var text: String {
        var lines = ["keep6-wish 1", "uplink \(wish.uplink)"]
        if let foundAcceptRA { lines.append("found-accept-ra \(foundAcceptRA)") }
        lines += wish.addresses.map { "keep6-address \($0)" }
        if wish.acceptRA != .auto { lines.append("keep6-accept-ra \(wish.acceptRA)") }
        if wish.defaultRoute != .routerAdvertisement { lines.append("keep6-default-route \(wish.defaultRoute)") }
        lines += wish.start.map { "keep6-start \($0)" }
        if wish.wait > 0 { lines.append("keep6-wait \(wish.wait)") }
        return lines.joined(separator: "\n") + "\nend\n"
    }

    /// Reads the text back; a torn or foreign one is an error as a whole.
    public init(text: String) throws(Malformed) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == "keep6-wish 1", lines.popLast() == "", lines.popLast() == "end" else {
            throw Malformed("it is torn, or not a wish of this version")
        }
        guard let first = lines.popFirst(), first.hasPrefix("uplink "),
            let uplink = InterfaceName(String(first.dropFirst(7)))
        else { throw Malformed("it names no interface") }
        wish = Wish(uplink: uplink)
        for line in lines {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Malformed("'\(line)'") }
            if parts[0] == "found-accept-ra", let value = Int(parts[1]) {
                foundAcceptRA = value
            } else if let complaint = wish.take([WishOption(name: parts[0], value: parts[1])]).first {
                throw Malformed(complaint.description)
            }
        }
    }
}
