// How the actions of the guard went: what that changes, what is tried again, what is said once.
import Internet
import Netlink

extension Guard {
    mutating func apply(performed action: GuardAction, at now: Instant) -> [GuardAction] {
        switch action {
        case .add(let route):
            pending = nil
            retry = nil
            saidFailures = []
            takenMetrics = []
            insert(route)
            substituteExpiry = route.expires.map { now.advanced(by: .seconds(Int64($0))) }
            let overruled = obstacle.map { [GuardAction.report(.overruled($0, whatIsWrong(with: $0)))] } ?? []
            return regain(by: route, at: now) + (repairs.isWorthSaying ? overruled : [])
        case .refresh(let route):
            retry = nil
            insert(route)
            substituteExpiry = route.expires.map { now.advanced(by: .seconds(Int64($0))) }
        case .remove(let route):
            routes.removeAll { $0.isSame(as: route) }
            if let real = realRoutes.first { return [.report(.relieved(real))] }
        case .addAddress(let address):
            defer { addressKeeper.apply(added: address) }
            addresses.append(address)
            noticeIPv6(at: now)
            guard let since = addressKeeper.loss(of: address.value) else {
                return [.report(.addressAdded(address.value))]
            }
            return [.report(.addressRestored(address.value, outage: since.duration(to: now)))]
        case .makeOptimistic(let address): optimistic.apply(performed: address)
        case .hold, .release: heldAddresses.apply(tried: action)
        default: break
        }
        return []
    }

    mutating func apply(failed action: GuardAction, code: Int32, reason: String, at now: Instant) -> [GuardAction] {
        switch action {
        case .add(let route):
            pending = nil
            if code == Route.metricIsTaken, takenMetrics.count < 64, takenMetrics.insert(route.metric).inserted {
                // By another interface's route, or by a route of keep6's own whose removal is told of late: look first.
                return [.readState]
            }
            takenMetrics = []
            return complain(reason, "; keep6 tries again in \(retryLater(at: now)) s")
        case .remove(let route):
            routes.removeAll { $0.isSame(as: route) }
            return code == Route.isNotThere ? [] : complain(reason)
        case .refresh: return complain(reason, "; keep6 tries again in \(retryLater(at: now)) s") + [.readState]
        case .addAddress(let address) where code == Address.isThere:
            addressKeeper.apply(added: address)
            return []
        case .makeOptimistic where code == Address.isNotThere: return []
        default:
            heldAddresses.apply(tried: action)
            if action == .readWish { addressKeeper.takeUnreadableWish() }
            if action == .readState { lookAgain = now.advanced(by: .seconds(1)) }
            return Guard.isNew(reason, in: &saidOtherFailures) ? [.report(.failed(reason))] : []
        }
    }

    /// Puts the next attempt off, twice as long each time; returns by how many seconds.
    private mutating func retryLater(at now: Instant) -> Int {
        let failures = (retry?.failures ?? 0) + 1
        let delay = min(1 << min(failures - 1, 6), 60)
        retry = (now.advanced(by: .seconds(delay)), failures)
        return delay
    }

    /// Says a failure, and what follows from it, once until a route was added.
    private mutating func complain(_ reason: String, _ effect: String = "") -> [GuardAction] {
        Guard.isNew(reason, in: &saidFailures) ? [.report(.failed(reason + effect))] : []
    }

    /// Of very many different ones the rest is not said.
    private static func isNew(_ reason: String, in said: inout Set<String>) -> Bool {
        said.count < 64 && said.insert(reason).inserted
    }
}
