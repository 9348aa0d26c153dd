// The programs that take an interfaces file for ifup(8), and what each hands to hooks.

/// A program that configures interfaces by /etc/network/interfaces.
package enum InterfacesProgram: Sendable {
    case ifupdown
    /// Debian 12's ifupdown-ng, 0.11, which takes a `source` line for the name of one file that has to be there.
    case oldIfupdownNG
    /// ifupdown-ng as Debian 13 has it, 0.12.
    case ifupdownNG
    /// Debian's package ifupdown2, 3.0.
    case ifupdown2

    package var name: String {
        switch self {
        case .ifupdown: "ifupdown"
        case .oldIfupdownNG, .ifupdownNG: "ifupdown-ng"
        case .ifupdown2: "ifupdown2"
        }
    }

    var isNG: Bool { self == .ifupdownNG || self == .oldIfupdownNG }

    /// The one that runs a hook, by the environment that it gives to it: ifupdown alone tells of VERBOSITY,
    /// ifupdown-ng alone of INTERFACES_FILE (`build_environment` in its lifecycle.c).
    package init(hookEnvironment variable: (String) -> String?) {
        if variable("VERBOSITY") != nil {
            self = .ifupdown
        } else {
            self = variable("INTERFACES_FILE") != nil ? .ifupdownNG : .ifupdown2
        }
    }

    /// The program that /sbin/ifup belongs to, by the target of the link; ifupdown's is not a link.
    package init(ifupLeadsTo target: String?) {
        let parts = (target ?? "").split(separator: "/")
        switch parts.last {
        case _ where parts.contains("ifupdown2"): self = .ifupdown2
        case "ifupdown": self = .oldIfupdownNG
        case "ifupdown-ng": self = .ifupdownNG
        default: self = .ifupdown
        }
    }

    /// Whether a hook gets an option that is written several times with all its lines: ifupdown-ng hands over the last
    /// one, ifupdown2 the first.
    package var joinsRepeatedOptions: Bool { self == .ifupdown }

    /// Whether it says truly, in ADDRFAM, to which family a stanza belongs: ifupdown-ng puts all stanzas of an interface
    /// together, and ifupdown2 hands over the one before (`run_iface_op` in its scheduler.py).
    package var tellsFamily: Bool { self == .ifupdown }

    /// Whether a stanza may have more than one `address` line.
    var takesSeveralAddresses: Bool { self != .ifupdown }
}

/// What keeps hooks from being run by ifupdown-ng or ifupdown2, in the file that configures the program itself.
package struct InterfacesProgramSettings: Equatable, Sendable {
    /// Whether scripts in /etc/network/if-*.d are run.
    let runsScripts: Bool
    /// The line that says not.
    package let place: FileLine

    /// Where it is. ifupdown has none.
    package static func path(of program: InterfacesProgram) -> String {
        program == .ifupdown2 ? "/etc/network/ifupdown2/ifupdown2.conf" : "/etc/network/ifupdown-ng.conf"
    }

    /// - Parameter text: what the file says; nil if there is none.
    package init(of program: InterfacesProgram, _ text: String?) {
        let key = program == .ifupdown2 ? "addon_scripts_support" : "allow_addon_scripts"
        // ifupdown2 runs none unless it is told to, and ifupdown-ng all (their ifupdownmain.py and config-file.c).
        var value = program == .ifupdown2 ? "0" : "1"
        var number = 0
        for (index, line) in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == "=" || $0 == " " || $0 == "\t" }
            guard words.count > 1, words[0] == key else { continue }
            value = String(words[1])
            number = index + 1
        }
        place = FileLine(file: Self.path(of: program), line: number)
        runsScripts =
            switch program {
            case .ifupdown: true
            case .ifupdownNG, .oldIfupdownNG: !["0", "N", "n", "F", "f"].contains(value.prefix(1))
            case .ifupdown2: value == "1"
            }
    }
}
