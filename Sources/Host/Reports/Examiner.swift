// Asks what no state shows about an uplink: whether its router advertises itself and answers, and whether a host beyond
// it answers.
import CLinux
import Firewall
import Internet
import Linux
import NeighborDiscovery
import Netlink
import Presentation

/// Examines uplinks. It sends a router solicitation, has the kernel solicit one neighbor, and sends one echo; it changes
/// nothing.
package struct Examiner {
    /// How long a router may take to answer: half a second, and three where it has just spoken to all (RFC 4861 6.2.6).
    private static let routerLimit = Duration.seconds(4)
    /// The kernel asks three times, a second each, and then reports a failure.
    private static let neighborLimit = Duration.seconds(6)
    private static let echoLimit = Duration.seconds(3)

    private let kernel: Kernel
    /// The target of the echo; nil for none.
    private let beyond: IPv6Address?
    private let backEnds: Examination.Answer<[BackEnd]>

    package init(beyond: IPv6Address?) throws(SystemError) {
        self.beyond = beyond
        kernel = try Kernel()
        backEnds = Examiner.backEnds()
    }

    /// Asks in the order of the path; each wait has its limit.
    package func examine(_ status: Status, _ log: Log) -> Examination {
        let uplink = status.uplink
        var found = Examination(
            guardUnit: GuardUnit(uplink).name, delegationUnit: DelegationUnit(uplink, log).name)
        found.hasClient = access(DelegationUnit.dhcpcd, X_OK) == 0
        let networks = status.wish.guests.map(\.network) + status.wish.proxies
        found.libvirtNetworks = Set(networks.filter { GuestNetwork($0).isLibvirts })
        if case .came(let backEnds) = backEnds {
            found.firewall = .came(ICMPv6Requirements(backEnds, from: uplink).fates(through: status.waysThrough))
        } else if case .failed(let reason) = backEnds {
            found.firewall = .failed(reason)
        }
        found.advertisement = advertisement(on: status)
        var heard: IPv6Address?
        if case .came(let (router, _)) = found.advertisement { heard = router }
        found.router = status.router(heard: heard)
        found.neighbor = neighbor(found.router, on: status)
        found.beyond = beyond
        (found.echo, found.roundTrip) = echo(on: status)
        return found
    }

    /// The rules of both back ends; the one that is not the host's ip6tables has a command of its own (xtables-nft(8)).
    private static func backEnds() -> Examination.Answer<[BackEnd]> {
        do throws(Failure) {
            let used = BackEnd("ip6tables", try Ip6tables().current())
            let unused = try Ip6tables.unusedBackend().map { BackEnd("ip6tables-\($0.name)", $0.ruleset) }
            return .came([used] + [unused].compactMap { $0 })
        } catch { return .failed("\(error)") }
    }

    /// Solicits routers and listens: to the first one that is a default router, or else the last that spoke.
    private func advertisement(on status: Status) -> Examination.Answer<Examination.Advertisement> {
        if let reason = status.reasonNotToSolicit { return .notAsked(reason) }
        do throws(SystemError) {
            let socket = try NeighborDiscoverySocket(on: status.uplink)
            let address = status.link?.linkLayerAddress ?? []
            let deadline = Instant.now.advanced(by: Examiner.routerLimit)
            try socket.solicit(linkLayerAddress: address.count == 6 ? address : nil)
            var last: Examination.Advertisement?
            while try waitUntilReadable(socket.descriptor, until: deadline, for: "a router advertisement") {
                guard case .advertisement(let advertisement, let router) = try socket.receive() else { continue }
                last = (router, advertisement.routerLifetime)
                if advertisement.routerLifetime > 0, status.wish.believes(router) { break }
            }
            return last.map { .came($0) } ?? .silence
        } catch { return .failed("\(error)") }
    }

    /// Has the kernel ask the router, and waits until it tells what came of that.
    private func neighbor(_ router: IPv6Address?, on status: Status) -> Examination.Answer<Bool> {
        if let reason = status.reasonNotToProbe(router) { return .notAsked(reason) }
        guard let router, let link = status.link else { return .notAsked("no router is known") }
        do throws(SystemError) {
            let ears = try GuestNotificationSocket()
            try ears.watch([link.index])
            do throws(SystemError) {
                if try kernel.routes.neighbor(router, on: link.index)?.isStatic == true {
                    return .notAsked("\(router) is a static neighbor, which the kernel does not ask")
                }
                try kernel.routes.ask(for: router, on: link.index)
            } catch { return .failed("\(error)") }
            let deadline = Instant.now.advanced(by: Examiner.neighborLimit)
            while try waitUntilReadable(ears.descriptor, until: deadline, for: "the kernel's word of a neighbor") {
                // What is told of other neighbors may be so much that some is lost; of this one it is told again.
                var answers: Bool?
                try ears.drain { heard in answers = answers ?? Examiner.answer(of: router, in: heard ?? []) }
                if let answers { return .came(answers) }
            }
            return .silence
        } catch { return .failed("\(error)") }
    }

    private static func answer(of router: IPv6Address, in notifications: [GuestNotification]) -> Bool? {
        for case .neighborChanged(let neighbor) in notifications where neighbor.address == router {
            if neighbor.hasFailed { return false }
            if neighbor.hasAnswered { return true }
        }
        return nil
    }

    private func echo(on status: Status) -> (Examination.Answer<EchoAnswer>, Duration) {
        guard let beyond else { return (.notAsked("not asked for"), .zero) }
        if let reason = status.reasonNotToEcho { return (.notAsked(reason), .zero) }
        guard let link = status.link else { return (.notAsked("there is no link"), .zero) }
        do throws(SystemError) {
            let socket = try EchoSocket(on: link.name, link.index)
            let start = Instant.now
            let echo = EchoRequest(to: beyond, identifier: .random(in: 0...UInt16.max))
            let answer = try socket.ask(echo, limit: Examiner.echoLimit)
            return (answer.map { .came($0) } ?? .silence, start.duration(to: .now))
        } catch { return (.failed("\(error)"), .zero) }
    }
}
