// keep6 guests prepare: adds to a libvirt network what its guests need to get addresses from a delegated prefix.
import CLinux
import Configuration
import Host
import Internet
import Linux
import Text

/// Runs `guests prepare [--yes] NETWORK`; returns 0 if the network is prepared, 1 if the user declined, 2 if something
/// failed.
func guests(_ arguments: [String]) -> Int32 {
    let words = arguments.filter { $0 != "--yes" }
    guard words.count == 2, words[0] == "prepare", let network = NetworkName(words[1]) else {
        return misused("guests takes prepare [--yes] NETWORK")
    }
    do throws(Failure) {
        return try Preparation(network: network, needsNoAnswer: words.count < arguments.count).run()
    } catch {
        Log.write("keep6: \(error).\n", to: 2)
        return 2
    }
}

private struct Preparation {
    private static let backups = "/var/lib/keep6/networks"
    private static let virsh = "/usr/bin/virsh"

    let network: NetworkName
    let needsNoAnswer: Bool

    func run() throws(Failure) -> Int32 {
        let old = try virsh(["net-dumpxml", "--inactive", network.description]).output
        guard let plan = LibvirtNetworkPreparation(old) else {
            say("libvirt made no bridge for the network '\(network)', so keep6 cannot number it.")
            return 1
        }
        guard !plan.missing.isEmpty else {
            say("the network '\(network)' is prepared; 'keep6-guests \(network)' in the uplink's stanza numbers it.")
            return 0
        }
        let address = Preparation.newAddress()
        Log.write("keep6 adds this to the network '\(network)':\n\n", to: 1)
        for part in plan.missing {
            for line in plan.lines(of: part, address: address) { Log.write("+ \(line)\n", to: 1) }
        }
        guard ask("Apply this change?") else {
            say("the network '\(network)' is unchanged; --yes applies the change without questions.")
            return 1
        }
        let path = try keep(old)
        _ = try virsh(["net-define", "/dev/stdin"], input: plan.prepared(address: address))
        say("the network '\(network)' is prepared; the old XML is in \(path).")
        return try restart(keeping: path)
    }

    /// A running network uses the change after its next start.
    private func restart(keeping old: String) throws(Failure) -> Int32 {
        let running = try virsh(["net-list", "--name"]).output.split(separator: UInt8(ascii: "\n"))
        guard running.contains(where: { $0.elementsEqual(network.description.utf8) }) else {
            say(
                "it is not running; 'virsh net-start \(network)' starts it, 'virsh net-autostart \(network)' at each boot."
            )
            return 0
        }
        Log.write(
            "It still runs without the change. To apply it, keep6 must restart the network, which unplugs its guests"
                + " until you start them again.\n", to: 1)
        guard ask("Restart it now?") else {
            say("to restart it later, run 'virsh net-destroy \(network); virsh net-start \(network)', or reboot.")
            return 0
        }
        _ = try virsh(["net-destroy", network.description])
        do throws(Failure) { _ = try virsh(["net-start", network.description]) } catch {
            throw Failure(
                "\(error); the network is stopped. Run 'virsh net-define \(old)', then 'virsh net-start \(network)',"
                    + " to bring the old network back")
        }
        say("the network '\(network)' is running with the change.")
        return 0
    }

    /// An address in a random unique local prefix (RFC 4193 3.2.2).
    private static func newAddress() -> IPv6Address {
        let random = UInt64.random(in: 0..<1 << 40)
        return IPv6Address(high: 0xfd << 56 | random << 16, low: 1)
    }

    /// Stores the old XML, beside earlier ones.
    private func keep(_ text: [UInt8]) throws(Failure) -> String {
        let path = "\(Preparation.backups)/\(network).\(WallTime.now.microseconds / 1_000_000).xml"
        do throws(SystemError) {
            // The first unit that runs makes the parent directory.
            try StateFile.makeDirectory("/var/lib/keep6")
            try StateFile.makeDirectory(Preparation.backups)
            try StateFile.replace(path, with: text, mode: 0o600)
            try StateFile.syncDirectory(Preparation.backups)
        } catch { throw Failure("\(error); the network is unchanged") }
        return path
    }

    private func virsh(_ arguments: [String], input: [UInt8] = []) throws(Failure) -> Program.Outcome {
        guard access(Preparation.virsh, X_OK) == 0 else {
            throw Failure("\(Preparation.virsh) is missing; install the package libvirt-clients")
        }
        let outcome: Program.Outcome
        do throws(SystemError) {
            outcome = try Program(Preparation.virsh, ["--quiet"] + arguments).run(input: input)
        } catch { throw Failure("\(error)") }
        guard outcome.code == 0 else {
            let words = String(decoding: outcome.errors.prefix(400), as: UTF8.self).printable(limit: 400)
            throw Failure("'virsh \(arguments.joined(separator: " "))' failed: \(words)")
        }
        return outcome
    }

    private func ask(_ question: String) -> Bool {
        if needsNoAnswer { return true }
        Log.write("\n\(question) [y/N] ", to: 1)
        guard let answer = readLine() else {
            Log.write("\n", to: 1)
            return false
        }
        return answer.lowercased().hasPrefix("y")
    }

    private func say(_ sentence: String) { Log.write("keep6: \(sentence)\n", to: 1) }
}
