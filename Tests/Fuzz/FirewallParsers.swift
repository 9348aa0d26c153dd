// The readers of rulesets, and what must hold of what they read.
import Firewall
import Internet

/// The first half of the input beside the whole: each is made of the other, and stored.
let readRuleset: @Sendable ([UInt8]) -> String? = { input in
    _ = try? SavedRuleset(text: input)
    guard let ruleset = try? Ruleset(parsing: input) else { return nil }
    guard (try? Ruleset(parsing: ruleset.text)) == ruleset else { return "it is not read back as it was written" }
    let ownership = Ownership()
    let own = ruleset.own(by: ownership)
    guard own.own(by: ownership) == own else { return "what is own has others' in it" }
    guard ruleset.changes(to: own, by: ownership) == [] else { return "what is there is not there" }
    guard RulesetDifference(from: ruleset, to: ruleset).isEmpty else { return "it differs from itself" }
    let saved = SavedRuleset(own, time: 1, cause: String(decoding: input.prefix(40), as: UTF8.self))
    guard (try? SavedRuleset(text: saved.text)) == saved else { return "it is not stored as it is" }
    if let trouble = judge(ruleset) { return trouble }
    let half = (input.firstRange(of: Array("COMMIT\n".utf8))?.upperBound).map { Array(input[..<$0]) } ?? []
    guard let other = try? Ruleset(parsing: half) else { return nil }
    for change in ruleset.changes(to: other, by: ownership) + other.changes(to: ruleset, by: ownership) {
        guard change.text.starts(with: "*\(change.table)\n".utf8), change.text.suffix(7).elementsEqual("COMMIT\n".utf8)
        else { return "a change that is no transaction" }
    }
    return nil
}

/// A first rule for all packets decides, whatever stands behind it.
private func judge(_ ruleset: Ruleset) -> String? {
    let uplink = InterfaceName("eth0")!
    _ = ICMPv6Requirements([BackEnd("ip6tables", ruleset)], from: uplink).fates(through: [.forward(outBy: nil, to: nil)]
    )
    func fates(_ rule: String) -> [Verdict] {
        var ruleset = ruleset
        for table in ruleset.tables.indices {
            for chain in ruleset.tables[table].chains.indices {
                ruleset.tables[table].chains[chain].rules.insert(Rule(Array(rule.utf8)[...]), at: 0)
            }
        }
        return ICMPv6Requirements([BackEnd("ip6tables", ruleset)], from: uplink).fates(through: []).map(\.fate)
    }
    guard fates("-p ipv6-icmp -j ACCEPT").allSatisfy({ $0 == .passes }) else { return "what is accepted does not pass" }
    let dropped = fates("-j DROP").allSatisfy { if case .dropped = $0 { true } else { false } }
    return ruleset.table("filter")?.chain("INPUT") != nil && !dropped ? "what is dropped passes" : nil
}

let readForeignChains: @Sendable ([UInt8]) -> String? = { input in
    var ownership = Ownership()
    let text = String(decoding: input, as: UTF8.self)
    let complaints = ownership.parse(text)
    _ = ownership.isForeign("LIBVIRT_INP")
    let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    return complaints.allSatisfy { (1...lines).contains($0.line) } ? nil : "a complaint behind the last line"
}
