// What waits for the uplink: the start of the service, and the units that the wish names.
import Configuration
import Internet
import Netlink

/// Whether the uplink was told to be ready, and whether the units that wait for its default route were started.
struct Readiness: Sendable {
    /// Until when a start that waits does so.
    private var limit: Instant?
    private var isReady = false
    private var hasStartedUnits = false

    /// When the wait is over; nil if it is already, or has not begun.
    var deadline: Instant? { isReady ? nil : limit }

    mutating func wait(until limit: Instant) { self.limit = limit }

    /// What to start and to tell now.
    ///
    /// - Parameter route: the one that the uplink is online by; nil while it is not.
    mutating func due(
        for wish: Wish, onlineBy route: Route?, hasAddress: Bool, _ handler: AdvertisementHandler, at now: Instant
    ) -> [GuardAction] {
        var actions: [GuardAction] = []
        if let route, !hasStartedUnits {
            hasStartedUnits = true
            actions = wish.start.map { .start($0) }
            actions.append(.report(.online(route, isPinned: wish.defaultRoute.isPinned)))
        }
        guard !isReady else { return actions }
        let missing = Readiness.missing(hasAddress, route != nil || wish.defaultRoute == .off)
        if wish.wait > 0, missing != nil, limit.map({ $0 > now }) == true { return actions }
        isReady = true
        return actions + [.ready, .report(.ready(waitedFor: wish.wait > 0 ? missing : nil, handler))]
    }

    private static func missing(_ hasAddress: Bool, _ hasRoute: Bool) -> String? {
        switch (hasAddress, hasRoute) {
        case (true, true): nil
        case (false, true): "a usable address"
        case (true, false): "a default route"
        case (false, false): "a usable address and a default route"
        }
    }
}
