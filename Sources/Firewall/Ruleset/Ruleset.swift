// The ruleset of ip6tables as ip6tables-save(8) writes it, as a value.

/// How many packets and bytes matched a rule, or reached a chain's policy.
package struct Counters: Equatable, Sendable {
    package var packets: UInt64
    package var bytes: UInt64

    package init(packets: UInt64 = 0, bytes: UInt64 = 0) {
        self.packets = packets
        self.bytes = bytes
    }

    var text: String { "[\(packets):\(bytes)]" }
}

/// One rule of a chain.
///
/// Its words stay bytes, because a comment in a rule may not be UTF-8.
package struct Rule: Equatable, Sendable {
    /// The text after `-A CHAIN`, as in the file.
    var specification: ArraySlice<UInt8>
    /// nil if the ruleset was saved without counters.
    package var counters: Counters?

    package init(_ specification: ArraySlice<UInt8>, counters: Counters? = nil) {
        self.specification = specification
        self.counters = counters
    }

    /// The chain or extension that the rule jumps (`-j`) or goes (`-g`) to; nil for a rule that only counts.
    package var target: String? { RuleWords.target(in: specification) }
}

/// A chain: built-in, with a policy, or added by a program or an administrator, without one.
package struct Chain: Equatable, Sendable {
    package var name: String
    package var policy: String?
    package var counters = Counters()
    package var rules: [Rule] = []

    package init(_ name: String, policy: String? = nil) {
        self.name = name
        self.policy = policy
    }

    var isBuiltIn: Bool { policy != nil }
}

/// A table, such as `filter`.
package struct Table: Equatable, Sendable {
    package var name: String
    /// The comment lines before the table, each with its `#`: who wrote it, and when.
    package var heading: [ArraySlice<UInt8>] = []
    /// In the order of their declarations, which is also the order of their rules.
    package var chains: [Chain] = []

    package init(_ name: String) { self.name = name }

    package func chain(_ name: String) -> Chain? { chains.first { $0.name == name } }

    package var ruleCount: Int { chains.reduce(0) { $0 + $1.rules.count } }
}

/// Everything that one ip6tables-save writes.
package struct Ruleset: Equatable, Sendable {
    package var tables: [Table] = []
    /// The comment lines after the last table.
    package var trailer: [ArraySlice<UInt8>] = []

    package init() {}

    package func table(_ name: String) -> Table? { tables.first { $0.name == name } }

    /// Each table that either ruleset has, with an empty table for the side that lacks it.
    func paired(with other: Ruleset) -> [(Table, Table)] {
        let names = tables.map(\.name) + other.tables.map(\.name).filter { table($0) == nil }
        return names.map { (table($0) ?? Table($0), other.table($0) ?? Table($0)) }
    }

    package var ruleCount: Int { tables.reduce(0) { $0 + $1.ruleCount } }
}

extension Ruleset {
    /// The text as ip6tables-save writes it. A parsed save comes out byte for byte, with its dates.
    ///
    /// It omits comments and empty lines inside a table, which only people write; the kernel does not keep them either.
    package var text: [UInt8] {
        var text: [UInt8] = []
        for table in tables {
            for comment in table.heading { append(comment, to: &text) }
            text += "*\(table.name)\n".utf8
            for chain in table.chains {
                text += ":\(chain.name) \(chain.policy ?? "-") \(chain.counters.text)\n".utf8
            }
            for chain in table.chains {
                let command = Array("-A \(chain.name)".utf8)
                for rule in chain.rules { rule.write(command, to: &text) }
            }
            text += "COMMIT\n".utf8
        }
        for comment in trailer { append(comment, to: &text) }
        return text
    }

    private func append(_ line: ArraySlice<UInt8>, to text: inout [UInt8]) {
        text += line
        text.append(UInt8(ascii: "\n"))
    }
}

extension Rule {
    /// Writes the rule as a line, with a command such as `-A INPUT`.
    func write(_ command: [UInt8], to text: inout [UInt8], withCounters: Bool = true) {
        if withCounters, let counters { text += "\(counters.text) ".utf8 }
        text += command
        if !specification.isEmpty {
            text.append(UInt8(ascii: " "))
            text += specification
        }
        text.append(UInt8(ascii: "\n"))
    }
}
