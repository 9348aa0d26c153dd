// Commands in a stanza that make a default route, as recipes for providers have them.
import Internet

/// The commands that ifup runs, looked at for those that add a default route of IPv6 (ip-route(8)).
enum RouteCommand {
    /// What is wrong with it beside this wish. The kernel gives such a route the metric of an advertised one, which it then
    /// refuses to learn.
    static func findings(in stanza: Stanza, _ wish: Wish) -> [Finding] {
        stanza.lines.filter { $0.name == "up" || $0.name == "pre-up" }.compactMap { line in
            guard let gateway = simpleCommands(line.value).lazy.compactMap({ gateway(in: $0) }).first,
                let advice = advice(against: gateway, wish)
            else { return nil }
            return Finding(
                line.place, .warning, "'\(line.word) \(line.value)' makes a fixed default route\(advice)")
        }
    }

    private static func advice(against gateway: IPv6Address, _ wish: Wish) -> String? {
        switch wish.defaultRoute {
        case .off: nil
        case .gateway(gateway):
            ", as 'keep6-default-route \(gateway)' does, which puts it back as well; take the line out"
        case .gateway(let other): " beside 'keep6-default-route \(other)'; take one of the lines out"
        case .routerAdvertisement:
            ", beside which the kernel takes none from router advertisements; take the line out, or pin it with"
                + " 'keep6-default-route \(gateway)'"
        }
    }

    /// The gateway of `ip -6 route add default via GATEWAY`, in any of its spellings; nil if the command is another.
    private static func gateway(in command: [String]) -> IPv6Address? {
        guard let program = command.firstIndex(where: { $0 == "ip" || $0.hasSuffix("/ip") }) else { return nil }
        let arguments = command[(program + 1)...]
        guard let object = arguments.firstIndex(where: { ["route", "r", "ro"].contains($0) }),
            arguments[object...].contains(where: { ["add", "a", "replace", "append", "change"].contains($0) }),
            arguments[object...].contains(where: { ["default", "::/0"].contains($0) }),
            let via = arguments[object...].firstIndex(of: "via"), via + 1 < arguments.endIndex
        else { return nil }
        return IPv6Address(arguments[via + 1])
    }
}
