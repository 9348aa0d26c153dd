// What has changed between two looks at an uplink, a sentence for each thing.
import Configuration
import Internet
import Netlink

extension Status {
    /// What is otherwise than it was, in the order of the path; lifetimes that run do not count.
    package func changes(since old: Status) -> [String] {
        linkChanges(old) + addressChanges(old) + settingChanges(old) + lossChanges(old) + routeChanges(old)
            + delegationChanges(old) + guestChanges(old) + guardChanges(old) + stateChanges(old)
    }

    private func linkChanges(_ old: Status) -> [String] {
        func words(_ link: Link?) -> String {
            guard let link else { return "there is no such interface" }
            return link.hasCarrier ? "the link is up" : link.isUp ? "the link has no carrier" : "the link is down"
        }
        return words(link) == words(old.link) ? [] : [words(link)]
    }

    /// Link-local ones as well as the others: without them there is no default route.
    private func addressChanges(_ old: Status) -> [String] {
        let before = old.snapshot.addresses
        let gone = before.filter { address in !snapshot.addresses.contains { $0.value == address.value } }
        let new = snapshot.addresses.filter { address in
            !before.contains { $0.value == address.value && words($0) == words(address) }
        }
        return gone.map { "address \($0.value) is gone" } + new.map { "address \(words($0))" }
    }

    private func settingChanges(_ old: Status) -> [String] {
        var changes: [String] = []
        if snapshot.acceptRA != old.snapshot.acceptRA, let value = snapshot.acceptRA {
            changes.append("accept_ra is \(value)")
        }
        if snapshot.forwarding != old.snapshot.forwarding, let isOn = snapshot.forwarding {
            changes.append("forwarding is \(isOn ? "on" : "off")")
        }
        return changes
    }

    private func lossChanges(_ old: Status) -> [String] {
        guard let loss = memory.lastLoss, memory.losses != old.memory.losses || loss != old.memory.lastLoss else {
            return []
        }
        guard let outage = loss.outage else { return ["default route lost: \(loss.cause)"] }
        let isNew = memory.losses != old.memory.losses
        return [(isNew ? "default route lost: \(loss.cause); over" : "the loss is over") + " after \(outage.words)"]
    }

    private func routeChanges(_ old: Status) -> [String] {
        let gone = old.snapshot.routes.filter { route in !snapshot.routes.contains { $0.isSame(as: route) } }
        let new = snapshot.routes.filter { route in !old.snapshot.routes.contains { $0.isSame(as: route) } }
        return gone.map { "default route \($0.name), is gone" } + new.map { "default route \(words($0))" }
    }

    private func delegationChanges(_ old: Status) -> [String] {
        let (before, now) = (old.delegated.map(\.prefix), delegated.map(\.prefix))
        return before.filter { !now.contains($0) }.map { "delegated prefix \($0) is gone" }
            + now.filter { !before.contains($0) }.map { "delegated prefix \($0)" }
    }

    private func guestChanges(_ old: Status) -> [String] {
        let numbered = guests.map(\.words).filter { words in !old.guests.contains { $0.words == words } }
        let answered = proxies.map(\.words).filter { words in !old.proxies.contains { $0.words == words } }
        return numbered.map { "guests \($0)" } + answered.map { "answers for \($0)" }
    }

    private func guardChanges(_ old: Status) -> [String] {
        guardRuns == old.guardRuns ? [] : [guardRuns ? "the guard was started" : "the guard was stopped"]
    }

    private func stateChanges(_ old: Status) -> [String] { verdict == old.verdict ? [] : ["now \(verdict)"] }
}
