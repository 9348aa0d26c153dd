// The far end of the path: the router, the default route, and an address beyond the router.
import Configuration
import Firewall
import Internet
import NeighborDiscovery
import Netlink

extension Diagnosis {
    /// What blames the firewall for a silence, where it drops the answer.
    private func drop(
        of message: ICMPv6Message, _ name: String, _ verdict: Step.Verdict, _ silence: String
    ) -> Step? {
        guard let fate = found.fate(of: message), let remedy = Diagnosis.remedy(of: fate) else { return nil }
        return Step(name, verdict, "\(silence): the firewall drops every \(message.words)", remedy)
    }

    /// Shows what comes in, where nothing on this host is to be mended.
    private var listening: Remedy {
        Remedy("ask the provider to fix that; this shows what arrives", "tcpdump -ni \(uplink) icmp6")
    }

    var advertisement: Step {
        let name = "router heard"
        switch found.advertisement {
        case .notAsked(let reason): return Step(name, .skipped, reason)
        case .failed(let reason): return Step(name, .skipped, "cannot listen for router advertisements: \(reason)")
        case .silence:
            let silence = "no router advertisement in 4 s after a solicitation"
            return drop(of: .routerAdvertisement, name, .warning, silence) ?? Step(name, .warning, silence, listening)
        case .came(let (router, lifetime)):
            guard lifetime > 0 else {
                return Step(name, .warning, "\(router) says that it is not a default router", listening)
            }
            guard status.wish.believes(router) else {
                return Step(
                    name, .warning, "\(router) advertises itself, but is not a configured router",
                    Remedy("see keep6-router in", "man interfaces-keep6"))
            }
            return Step(name, .ok, "\(router) advertises itself, lifetime \(lifetime) s")
        }
    }

    var router: Step {
        let name = "router reached"
        let router = found.router.map { "\($0)" } ?? "the router"
        switch found.neighbor {
        case .notAsked(let reason): return Step(name, .skipped, reason)
        case .failed(let reason): return Step(name, .skipped, "cannot ask the router: \(reason)")
        case .came(true): return Step(name, .ok, "\(router) answers")
        case .came(false), .silence:
            let silence = "\(router) does not answer neighbor solicitations"
            return drop(of: .neighborAdvertisement, name, .failure, silence) ?? Step(name, .failure, silence, listening)
        }
    }

    var defaultRoute: Step {
        let name = "default route"
        guard status.wish.defaultRoute != .off else { return Step(name, .skipped, "none is configured") }
        guard status.link != nil else { return Step(name, .skipped, "there is no link") }
        let routes = status.snapshot.routes
        guard !routes.isEmpty else {
            return Step(name, .failure, "there is no default route", guardRemedy)
        }
        let words = routes.map(status.words).joined(separator: "; ")
        guard status.isOnSubstitute else { return Step(name, .ok, words) }
        return Step(name, .warning, Status.onSubstitute, guardRemedy)
    }

    private var guardRemedy: Remedy {
        status.guardRuns
            ? Remedy("the guard says why", "journalctl -u \(found.guardUnit) -n 20")
            : Remedy("make the guard put it back", "systemctl restart \(found.guardUnit)")
    }

    var beyond: Step {
        let name = "beyond"
        let target = found.beyond.map { "\($0)" } ?? "none"
        switch found.echo {
        case .notAsked(let reason): return Step(name, .skipped, reason)
        case .failed(let reason):
            return Step(
                name, .failure, "cannot send an echo to \(target): \(reason)",
                Remedy("see which way it would take", "ip -6 route get \(target)"))
        case .came(.reply): return Step(name, .ok, "\(target) answers, after \(found.roundTrip.words)")
        case .came(.error(let type, let code, let source)):
            let isOwn = status.snapshot.addresses.contains { $0.value.address == source }
            let speaker = isOwn ? "this host itself" : "\(source)"
            return Step(
                name, .failure, "\(target): \(EchoAnswer.words(type: type, code: code)), said by \(speaker)",
                Remedy("see how far packets get", "traceroute -6 -n \(target)"))
        case .silence:
            let silence = "no answer from \(target) in 3 s"
            return drop(of: .echoReply, name, .warning, silence)
                ?? Step(name, .failure, silence, Remedy("see how far packets get", "traceroute -6 -n \(target)"))
        }
    }
}
