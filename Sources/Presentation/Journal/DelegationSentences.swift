// What the service that asks for a prefix has to say, as sentences for the administrator.
import Internet
import StateMachines

extension DelegationNotice: JournalReport {
    package func sentence(on uplink: InterfaceName) -> String { clause(on: uplink) + "." }

    private func clause(on uplink: InterfaceName) -> String {
        switch self {
        case .delegated(let prefix, let lifetime):
            "\(prefix) is delegated \(lifetime.map { "for \($0.components.seconds) s" } ?? "without end"), and renewed"
                + " before that"
        case .ended(let prefix): "\(prefix) is no longer delegated"
        case .expired(let prefix):
            "the delegation of \(prefix) ran out because no server renewed it; dhcpcd continues to ask"
        case .notBelieved(let prefix):
            "the server delegates \(prefix), which cannot be a prefix for your networks (/32 to /64); keep6 rejects it."
                + " Find out which server that is"
        case .refused(let reason, let duid?):
            "the DHCPv6 server refuses a prefix (\"\(reason)\"); compare the DUID \(duid) with the one that your provider"
                + " shows; dhcpcd continues to ask"
        case .refused(let reason, nil):
            "the DHCPv6 server refuses a prefix (\"\(reason)\"); the delegated prefix stays until its lifetime ends, and"
                + " dhcpcd asks again"
        case .unanswered(let duration, let duid):
            "no DHCPv6 server has answered for \(duration.components.seconds) s; dhcpcd continues to ask. If this persists,"
                + " ask the provider whether prefix delegation is on for this host and this DUID, \(duid)"
        case .notRenewed:
            "the server that delegated the prefix does not renew it; dhcpcd now asks any server, and the prefix stays"
                + " until its lifetime ends"
        case .portTaken:
            "another program uses UDP port 546, so no answer of a DHCPv6 server arrives; 'ss -lnup sport = :546' shows"
                + " which. If it is dhcpcd.service, run 'systemctl disable --now dhcpcd.service'. Then run"
                + " 'systemctl restart keep6-delegation@\(uplink)'"
        case .said(let line): "dhcpcd says: \(line)"
        }
    }

    package var event: JournalEvent {
        switch self {
        case .delegated: .delegated
        case .ended, .expired: .delegationEnded
        case .notBelieved, .refused: .delegationRefused
        case .unanswered, .notRenewed: .delegationUnanswered
        case .portTaken: .delegationFailed
        case .said: .delegationLog
        }
    }
}
