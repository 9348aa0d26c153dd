// What the guard remembers across its own restarts, as a value and as the text of /run/keep6/IFACE.route.
import Configuration
import Internet
import Text

/// The last time the uplink had lost its default route.
package struct Loss: Equatable, Sendable {
    /// The cause's clause.
    package var cause: String
    package var at: Instant
    /// nil while it lasts.
    package var outage: Duration?

    package init(cause: String, at: Instant, outage: Duration?) {
        self.cause = cause
        self.at = at
        self.outage = outage
    }
}

/// The routers that advertised themselves, and the last loss.
package struct GuardMemory: Equatable, Sendable {
    package var routers: [Router] = []
    package var lastLoss: Loss?
    /// How many losses there were since the uplink was brought up.
    package var losses = 0

    package init() {}

    package var text: String {
        var lines = ["losses \(losses)"]
        for router in routers {
            let fields: [String] = [
                router.address.description, RecordText.word(router.expiry?.microseconds),
                RecordText.word(router.lifetime.microseconds), "\(router.preference)", "\(router.metric)",
                router.mtu.map(String.init) ?? "-", router.hopLimit.map(String.init) ?? "-",
            ]
            lines.append("router " + fields.joined(separator: " "))
        }
        if let loss = lastLoss {
            let outage = RecordText.word(loss.outage?.microseconds)
            lines.append("last-loss \(loss.at.microseconds) \(outage) \(loss.cause)")
        }
        return RecordText.framed("memory", lines)
    }

    /// Reads the text back; a torn or foreign one is an error as a whole.
    package init(text: String) throws(Malformed) {
        for line in try RecordText.lines(of: "memory", in: text) {
            let fields = line.split(separator: " ").map(String.init)
            switch fields.first {
            case "losses" where fields.count == 2:
                guard let count = Int32(fields[1]), count >= 0 else { throw Malformed("'\(line)'") }
                losses = Int(count)
            case "router" where fields.count == 8 && routers.count < Wish.routerLimit:
                routers.append(try GuardMemory.router(Array(fields.dropFirst()), line))
            case "last-loss" where fields.count > 3:
                guard let at = try RecordText.time(fields[1]) else { throw Malformed("'\(line)'") }
                lastLoss = Loss(
                    cause: fields.dropFirst(3).joined(separator: " "), at: Instant(microseconds: at),
                    outage: try RecordText.time(fields[2]).map { .microseconds($0) })
            default: throw Malformed("'\(line)'")
            }
        }
    }

    private static func router(_ fields: [String], _ line: Substring) throws(Malformed) -> Router {
        guard let address = IPv6Address(fields[0]), let expiry = try RecordText.time(fields[1]),
            let lifetime = try RecordText.time(fields[2]),
            let preference = UInt8(fields[3]), let metric = UInt32(fields[4]),
            fields[5...6].allSatisfy({ $0 == "-" || UInt32($0) != nil })
        else { throw Malformed("'\(line)'") }
        var router = Router(address: address)
        router.expiry = Instant(microseconds: expiry)
        router.lifetime = .microseconds(lifetime)
        router.preference = preference
        router.metric = metric
        router.mtu = UInt32(fields[5])
        router.hopLimit = UInt32(fields[6])
        return router
    }
}
