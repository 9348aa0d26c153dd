// What /etc/network/interfaces says, as values: its stanzas, the lines that select interfaces, and what is wrong.
import Internet

/// Everything that a file and the files it sources say.
package struct InterfacesTree: Equatable, Sendable {
    /// In the order they are read, which is the order in which ifup takes those of one interface.
    package internal(set) var stanzas: [Stanza] = []
    package internal(set) var selections: [Selection] = []
    package internal(set) var mappings: [Mapping] = []
    package internal(set) var problems: [Finding] = []
    /// The program that it was read for.
    package internal(set) var program = InterfacesProgram.ifupdown

    package init() {}

    /// Where ifup and its kin look for it.
    package static let path = "/etc/network/interfaces"

    /// The interfaces that `auto eth0=NAME` and similar lines make of a stanza called NAME.
    func physicalNames(of stanza: Stanza) -> [(name: String, place: FileLine)] {
        selections.compactMap { selection in
            guard case .allow = selection.kind, let pair = selection.physicalAndLogical,
                pair.logical == stanza.interface
            else { return nil }
            return (pair.physical, selection.place)
        }
    }

    /// All static addresses, keep6's own among them, that kept stanzas of an uplink have.
    package func staticAddresses(of uplink: InterfaceName) -> [InterfaceAddress] {
        kept.filter { uplinks(of: $0).contains(uplink) }.flatMap { $0.wish(for: uplink).allAddresses }
    }

    /// The interfaces that a stanza is for: those that are given its name, and the one that has it.
    func uplinks(of stanza: Stanza) -> [InterfaceName] {
        (physicalNames(of: stanza).map(\.name) + [stanza.interface]).compactMap { InterfaceName($0) }
    }
}

/// One `iface` stanza.
package struct Stanza: Equatable, Sendable {
    package let place: FileLine
    /// The logical name, as written: it need not be one that the kernel takes.
    package let interface: String
    package let family: String
    package let method: String
    /// The stanza it inherits from; its lines come first in `lines`, with the places they have there.
    package let template: String?
    package internal(set) var lines: [OptionLine]
    /// The program that it was read for.
    package internal(set) var program = InterfacesProgram.ifupdown
}

/// One line of a stanza.
package struct OptionLine: Equatable, Sendable {
    package let place: FileLine
    /// The option as written: `post-up`, `keep6-wait?`.
    package let word: String
    package let value: String

    /// The option it is: `post-up` is `up`, `pre-down` is `down`.
    package var name: String {
        switch word {
        case "post-up": "up"
        case "pre-down": "down"
        default: word
        }
    }
}

/// An option with all its lines; a hook sees `value`, in `IF_NAME` (interfaces(5), `set_environ` in ifupdown's execute.c).
package struct StanzaOption: Equatable, Sendable {
    package let name: String
    package internal(set) var lines: [OptionLine]

    /// The lines' values, joined by line ends.
    package var value: String { lines.map(\.value).joined(separator: "\n") }
}

extension Stanza {
    /// The options as ifupdown joins them (its config.c): a further line adds to the value, inherited ones included,
    /// and one written `name?` counts only if there is none yet. Commands (`up`, `down`, ...) stay one a line.
    package var options: [StanzaOption] {
        var options: [StanzaOption] = []
        var known: [String: Int] = [:]
        for line in lines {
            let isDefault = line.name.utf8.last == UInt8(ascii: "?")
            let name = isDefault ? String(line.name.dropLast()) : line.name
            if let index = known[name], isDefault || !Stanza.commands.contains(name) {
                if !isDefault { options[index].lines.append(line) }
            } else {
                known[name] = options.count
                options.append(StanzaOption(name: name, lines: [line]))
            }
        }
        return options
    }

    static let commands = ["pre-up", "up", "down", "post-down"]
}

/// One name in a line that selects interfaces: `auto eth0 /eth*=home`.
package struct Selection: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// `allow-CLASS`; `auto` is the class `auto`.
        case allow(String)
        case noAutoDown
        /// The hooks in /etc/network/if-*.d do not run for it.
        case noScripts
        /// `CURRENT=NEW`.
        case rename
    }

    package let place: FileLine
    package let kind: Kind
    package let name: String

    /// The parts before and after the first `=`; nil if there is none.
    var physicalAndLogical: (physical: String, logical: String)? {
        let parts = name.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
}

/// One `mapping` stanza: a script that chooses a logical interface.
package struct Mapping: Equatable, Sendable {
    package let place: FileLine
    package let patterns: [String]
    package internal(set) var script: String?
    package internal(set) var maps: [String] = []
}
