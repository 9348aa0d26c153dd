// What /etc/network/interfaces says, as values: its stanzas, the lines that select interfaces, and what is wrong.
import Internet

/// Everything that a file and the files it sources say.
public struct InterfacesTree: Equatable, Sendable {
    /// In the order they are read, which is the order in which ifup takes those of one interface.
    public internal(set) var stanzas: [Stanza] = []
    public internal(set) var selections: [Selection] = []
    public internal(set) var mappings: [Mapping] = []
    public internal(set) var problems: [Finding] = []
    /// The program that it was read for.
    public internal(set) var program = InterfacesProgram.ifupdown

    public init() {}

    /// Where ifup and its kin look for it.
    public static let path = "/etc/network/interfaces"

    /// What `auto eth0=NAME` and the like make of a stanza called NAME.
    func physicalNames(of stanza: Stanza) -> [(name: String, place: FileLine)] {
        selections.compactMap { selection in
            guard case .allow = selection.kind, let pair = selection.physicalAndLogical,
                pair.logical == stanza.interface
            else { return nil }
            return (pair.physical, selection.place)
        }
    }

    /// All static addresses, keep6's own among them, that kept stanzas of an uplink have.
    public func staticAddresses(of uplink: InterfaceName) -> [InterfaceAddress] {
        kept.filter { uplinks(of: $0).contains(uplink) }.flatMap { $0.wish(for: uplink).allAddresses }
    }

    /// The interfaces that a stanza is for: those that are given its name, and the one that has it.
    func uplinks(of stanza: Stanza) -> [InterfaceName] {
        (physicalNames(of: stanza).map(\.name) + [stanza.interface]).compactMap { InterfaceName($0) }
    }
}

/// One `iface` stanza.
public struct Stanza: Equatable, Sendable {
    public let place: FileLine
    /// The logical name, as written: it need not be one that the kernel takes.
    public let interface: String
    public let family: String
    public let method: String
    /// The stanza it inherits from; its lines come first in `lines`, with the places they have there.
    public let template: String?
    public internal(set) var lines: [OptionLine]
    /// The program that it was read for.
    public internal(set) var program = InterfacesProgram.ifupdown
}

/// One line of a stanza.
public struct OptionLine: Equatable, Sendable {
    public let place: FileLine
    /// The option as written: `post-up`, `keep6-wait?`.
    public let word: String
    public let value: String

    /// The option it is: `post-up` is `up`, `pre-down` is `down`.
    public var name: String {
        switch word {
        case "post-up": "up"
        case "pre-down": "down"
        default: word
        }
    }
}

/// An option with all its lines; a hook sees `value`, in `IF_NAME` (interfaces(5), `set_environ` in ifupdown's execute.c).
public struct StanzaOption: Equatable, Sendable {
    public let name: String
    public internal(set) var lines: [OptionLine]

    /// The lines' values, joined by line ends.
    public var value: String { lines.map(\.value).joined(separator: "\n") }
}

extension Stanza {
    /// The options as ifupdown joins them (its config.c): a further line adds to the value, inherited ones included,
    /// and one written `name?` counts only if there is none yet. Commands (`up`, `down`, ...) stay one a line.
    public var options: [StanzaOption] {
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
public struct Selection: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// `allow-CLASS`; `auto` is the class `auto`.
        case allow(String)
        case noAutoDown
        /// The hooks in /etc/network/if-*.d do not run for it.
        case noScripts
        /// `CURRENT=NEW`.
        case rename
    }

    public let place: FileLine
    public let kind: Kind
    public let name: String

    /// What stands before and behind the first `=`; nil if there is none.
    var physicalAndLogical: (physical: String, logical: String)? {
        let parts = name.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
}

/// One `mapping` stanza: a script that chooses a logical interface.
public struct Mapping: Equatable, Sendable {
    public let place: FileLine
    public let patterns: [String]
    public internal(set) var script: String?
    public internal(set) var maps: [String] = []
}
