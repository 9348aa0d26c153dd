// What the guard has to say, as sentences for the administrator and as entries of the journal.
import Configuration
import Internet
import Netlink
import StateMachines

extension Report: JournalReport {
    package func sentence(on uplink: InterfaceName) -> String {
        switch self {
        case .restored(let route, let cause, let outage):
            "the default route was lost, \(cause.clause); put back via"
                + " \(route.hop) after \(outage.microseconds) microseconds."
        case .returned(let route, let cause, let outage):
            "the default route was lost, \(cause.clause); the one via \(route.hop) is back after"
                + " \(outage.microseconds) microseconds."
        case .relieved(let route):
            "the router's own default route via \(route.hop)"
                + " is back; keep6 removed its substitute."
        case .lost(let cause):
            "there is no default route: \(cause.clause). keep6 asks for a router and waits."
        case .addressAdded(let address): "keep6 added the address \(address)."
        case .addressRestored(let address, let outage):
            "the address \(address) was removed; keep6 put it back after \(outage.microseconds)"
                + " microseconds."
        case .fight(let cause):
            "something keeps removing the default route (\(cause.clause))."
                + " keep6 puts it back ten times a second, and after a minute less and less often. Find the program and"
                + " stop it."
        case .overruled(let route, .foreignRouter):
            "\(route.hop) advertises itself, but is not a configured router; keep6 prefers a"
                + " configured one. Find out what it is, or add it to keep6-router."
        case .overruled(let route, .deadRouter):
            "the router \(route.hop) no longer answers; keep6 prefers the route of another router until it"
                + " advertises itself again."
        case .overruled(let route, .deadRoute):
            "the gateway of another program's route via \(route.hop) metric \(route.metric) does not answer;"
                + " keep6 prefers the router's. Remove that route."
        case .corrected(2, from: 1):
            "accept_ra was 1, so the kernel would drop the default route when forwarding is on;"
                + " it is 2 now."
        case .corrected(0, let from):
            "accept_ra was \(from), but another program handles router advertisements"
                + " here; it is 0 now."
        case .corrected(let acceptRA, let from):
            "accept_ra was \(from); it is \(acceptRA) now, as configured."
        case .failed(let what): "\(what)."
        case .ready(let missing?, _):
            "no \(missing) in time; services ordered after keep6 start without it."
        case .ready(nil, let handler):
            "watching; router advertisements are handled by \(handler.words)."
        case .online(let route, _): "online; the default route is via \(route.hop)."
        case .linkGone: "the interface is gone; keep6 waits for it to come back."
        case .poked(let why): "checked everything again because \(why)."
        case .adopted(let router):
            "\(router) is also a default router now."
        case .refused(let reason, let count):
            "\(count == 1 ? "1 forged or broken" : "\(count) forged or broken") router message\(count == 1 ? "" : "s");"
                + " the last one \(reason). Find out who sends them."
        case .flood(let routers):
            "more than \(FloodGate.limit) router messages a second; keep6 listens only to"
                + " \(routers.isEmpty ? "none" : routers.map(\.description).joined(separator: ", ")) until that"
                + " ends. Find out who sends them."
        }
    }

    package var event: JournalEvent {
        switch self {
        case .ready(nil, _): .ready
        case .ready: .waitedInVain
        case .online: .online
        case .lost: .lost
        case .restored: .restored
        case .returned: .returned
        case .relieved: .relieved
        case .addressAdded: .addressAdded
        case .addressRestored: .addressRestored
        case .corrected: .corrected
        case .fight: .fight
        case .overruled(_, .foreignRouter): .foreignRouter
        case .overruled(_, .deadRouter): .deadRouter
        case .overruled(_, .deadRoute): .overruled
        case .linkGone: .linkGone
        case .poked: .poked
        case .adopted: .adopted
        case .refused: .refused
        case .flood: .flood
        case .failed: .failed
        }
    }

    package var ownFields: [(name: String, value: String)] {
        switch self {
        case .restored(_, let cause, let outage), .returned(_, let cause, let outage):
            [("KEEP6_CAUSE", cause.clause), ("KEEP6_OUTAGE_USEC", "\(outage.microseconds)")]
        case .lost(let cause), .fight(let cause): [("KEEP6_CAUSE", cause.clause)]
        case .addressRestored(_, let outage): [("KEEP6_OUTAGE_USEC", "\(outage.microseconds)")]
        case .online(let route, let isPinned):
            [("KEEP6_ROUTE", RouteOrigin(route, isPinned: isPinned).rawValue)]
        default: []
        }
    }
}
