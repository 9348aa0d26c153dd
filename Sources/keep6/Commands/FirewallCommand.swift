// keep6 firewall: the administrator's ip6tables rules, saved and restored.
import CLinux
import Firewall
import Host
import Linux

/// Runs a subcommand of `firewall`; returns 0 for success, 1 if there is something to know (`diff`: there are
/// differences), 2 for a failure.
func firewall(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    guard let call = FirewallCall(arguments) else {
        return misused(
            "firewall takes save [--none], restore [--dry-run], diff [N], history, rollback N or import FILE")
    }
    let command = FirewallCommand(firewall: HostFirewall(Log(environment)))
    do throws(Failure) {
        switch call {
        case .save(let allowsNone): return try command.save(allowsNone: allowsNone)
        case .restore(let isDryRun): return try command.restore(isDryRun: isDryRun)
        case .diff(let number): return try command.diff(number)
        case .history: return try command.history()
        case .rollback(let number): return try command.rollback(number)
        case .importRules(let path): return try command.importRules(path)
        }
    } catch {
        Log.write("keep6: \(error).\n", to: 2)
        return 2
    }
}

/// The requested action.
private enum FirewallCall {
    case save(allowsNone: Bool)
    case restore(isDryRun: Bool)
    case diff(Int?)
    case history
    case rollback(Int)
    case importRules(String)

    init?(_ arguments: [String]) {
        let rest = Array(arguments.dropFirst())
        let number = rest.first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        switch (arguments.first, rest.count) {
        case ("save", 0): self = .save(allowsNone: false)
        case ("save", 1) where rest[0] == "--none": self = .save(allowsNone: true)
        case ("restore", 0): self = .restore(isDryRun: false)
        case ("restore", 1) where rest[0] == "--dry-run": self = .restore(isDryRun: true)
        case ("diff", 0): self = .diff(nil)
        case ("history", 0): self = .history
        case ("import", 1) where !rest[0].hasPrefix("-"): self = .importRules(rest[0])
        default:
            guard let number, rest.count == 1 else { return nil }
            switch arguments.first {
            case "diff": self = .diff(number)
            case "rollback": self = .rollback(number)
            default: return nil
            }
        }
    }
}

private struct FirewallCommand {
    let firewall: HostFirewall

    func save(allowsNone: Bool) throws(Failure) -> Int32 {
        switch try firewall.save(cause: "keep6 firewall save", allowsNone: allowsNone) {
        case .new(let version): say("version \(version.number) is saved, \(version.rules).")
        case .unchanged(let version): say("nothing has changed since version \(version.number), \(version.rules).")
        case .nothing: say("you have no rules, and keep6 has saved none before.")
        }
        return 0
    }

    func restore(isDryRun: Bool) throws(Failure) -> Int32 {
        guard let restored = try firewall.restore(isDryRun: isDryRun) else {
            throw Failure("there is no saved version; run 'keep6 firewall save' to make one")
        }
        for complaint in restored.complaints { Log.write("keep6: \(complaint).\n", to: 2) }
        report(restored, verb: isDryRun ? "would be restored" : "is restored")
        return restored.complaints.isEmpty ? 0 : 1
    }

    func rollback(_ number: Int) throws(Failure) -> Int32 {
        let restored = try firewall.rollBack(to: number)
        report(restored, verb: "has the rules of version \(number), which are restored")
        return 0
    }

    func diff(_ number: Int?) throws(Failure) -> Int32 {
        let (version, difference) = try firewall.difference(from: number)
        guard !difference.isEmpty else {
            say("the rules match version \(version.number), \(version.rules).")
            return 0
        }
        Log.write("- version \(version.number), saved \(version.when)\n+ now\n\n\(difference.screen)", to: 1)
        return 1
    }

    func history() throws(Failure) -> Int32 {
        let entries = try firewall.history()
        if entries.isEmpty { say("there is no saved version.") }
        var code: Int32 = 0
        for entry in entries {
            switch entry {
            case .good(let version):
                let columns = [
                    padded("\(version.number)", to: 4), version.when, padded(version.rules, to: 11),
                    version.saved.cause,
                ]
                Log.write(columns.joined(separator: "  ") + "\n", to: 1)
            case .refused(let refusal):
                Log.write("keep6: \(refusal.sentence).\n", to: 2)
                code = 1
            }
        }
        return code
    }

    func importRules(_ path: String) throws(Failure) -> Int32 {
        let text: [UInt8]
        do {
            text = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK).readAll(limit: Ruleset.byteLimit, of: path)
        } catch { throw Failure("\(error)") }
        let (version, foreign) = try firewall.importRules(text, from: path)
        say("version \(version.number) is saved, \(version.rules), from \(path).")
        if foreign > 0 { say("omitted \(foreign) rules in chains of other programs, or that jump to them.") }
        say("'keep6 firewall restore --dry-run' shows what a restore changes; 'keep6 firewall restore' does it.")
        return 0
    }

    private func report(_ restored: HostFirewall.Restored, verb: String) {
        say("version \(restored.version.number) \(verb), \(restored.version.rules).")
        for change in restored.changes {
            say("\(change.table): \(counted(change.added)) added, \(counted(change.removed)) removed.")
        }
        if restored.changes.isEmpty { say("the rules already match; nothing changed.") }
    }

    private func say(_ sentence: String) { Log.write("keep6: \(sentence)\n", to: 1) }
}

private func counted(_ rules: Int) -> String { rules == 1 ? "1 rule" : "\(rules) rules" }

private func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
}

extension HostFirewall.Version {
    fileprivate var rules: String { counted(saved.ruleset.ruleCount) }

    /// The time of the save, in local time.
    fileprivate var when: String {
        var seconds = time_t(saved.time)
        var parts = tm()
        localtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
