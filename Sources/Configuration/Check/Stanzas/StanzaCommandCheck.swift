// Commands in a stanza that hold up the boot: the recipe that keep6 replaces.
import Internet

/// The commands that ifup runs, looked at for those that wait for what waits for ifup.
enum BootCommand {
    /// Services of Debian's that start after network.target, and that hosts start from `post-up` lines.
    private static let services = [
        "libvirtd", "libvirt-bin", "libvirt-guests", "virtqemud", "virtnetworkd", "virtproxyd", "docker",
    ]

    static func findings(in stanza: Stanza, isKept: Bool) -> [Finding] {
        let lines = stanza.lines.filter { $0.name == "up" || $0.name == "pre-up" }
        var found: [Finding] = []
        for line in lines {
            guard let service = started(by: line.value) else { continue }
            found.append(Finding(line.place, .warning, Sentence.blocksBoot(line, service)))
        }
        guard isKept || !found.isEmpty else { return found }
        for line in lines where started(by: line.value) == nil && sleeps(line.value) {
            found.append(Finding(line.place, .warning, Sentence.sleeps(line)))
        }
        return found
    }

    private static func sleeps(_ text: String) -> Bool {
        !isInBackground(text) && simpleCommands(text).contains { $0.first == "sleep" }
    }

    /// The service that a command line starts and waits for; nil if it starts none of these, or goes on without it.
    static func started(by text: String) -> String? {
        guard !isInBackground(text) else { return nil }
        return simpleCommands(text).lazy.compactMap { started(by: $0) }.first
    }

    private static func started(by command: [String]) -> String? {
        guard let index = command.firstIndex(where: { ["systemctl", "service", "invoke-rc.d"].contains(lastPart($0)) })
        else {
            let script = command.first { $0.hasPrefix("/etc/init.d/") }
            return command.contains { verbs.contains($0) } ? script.flatMap { service(lastPart($0)) } : nil
        }
        let arguments = command[(index + 1)...]
        guard !arguments.contains("--no-block"), arguments.contains(where: { verbs.contains($0) }) else { return nil }
        return arguments.lazy.compactMap { service($0) }.first
    }

    private static let verbs = ["start", "restart", "reload-or-restart"]

    private static func service(_ unit: String) -> String? {
        let name = unit.hasSuffix(".service") ? String(unit.dropLast(8)) : unit
        return services.contains(name) ? name : nil
    }

    private static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func isInBackground(_ text: String) -> Bool {
        let text = words(text).joined(separator: " ")
        return text.hasSuffix("&") && !text.hasSuffix("&&")
    }
}

/// The commands that ifup runs, looked at for those that add a default route of IPv6 (ip-route(8)).
enum RouteCommand {
    /// What is wrong with it beside this wish. The kernel gives such a route the metric of an advertised one, which it then
    /// refuses to learn.
    static func findings(in stanza: Stanza, _ wish: Wish) -> [Finding] {
        stanza.lines.filter { $0.name == "up" || $0.name == "pre-up" }.compactMap { line in
            guard let gateway = simpleCommands(line.value).lazy.compactMap({ gateway(in: $0) }).first,
                let sentence = Sentence.fixedRoute(line, gateway, wish.defaultRoute)
            else { return nil }
            return Finding(line.place, .warning, sentence)
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

// MARK: - What it says

private enum Sentence {
    static func blocksBoot(_ line: OptionLine, _ service: String) -> String {
        "'\(line.word) \(line.value)' can block the boot for five minutes: \(service) waits for network.target,"
            + " which waits for this ifup; remove the line and write 'keep6-start \(service).service'"
    }

    static func sleeps(_ line: OptionLine) -> String {
        "'\(line.word) \(line.value)' waits for a guessed time; remove the line: keep6 waits until the"
            + " addresses are usable, and 'keep6-wait SECONDS' waits for a default route"
    }

    /// Nil where keep6 keeps no default route, so that a fixed one is right.
    static func fixedRoute(_ line: OptionLine, _ gateway: IPv6Address, _ wished: DefaultRoute) -> String? {
        let what = "'\(line.word) \(line.value)' makes a fixed default route"
        return switch wished {
        case .off: nil
        case .gateway(gateway):
            "\(what), and 'keep6-default-route \(gateway)' already makes and keeps it; remove the line"
        case .gateway(let other): "\(what) in addition to 'keep6-default-route \(other)'; remove one of the lines"
        case .routerAdvertisement:
            "\(what), so the kernel takes none from router advertisements; remove the line, or pin it with"
                + " 'keep6-default-route \(gateway)'"
        }
    }
}
