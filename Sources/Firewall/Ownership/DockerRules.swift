// The rules that Docker adds directly to the kernel's chains for each of its bridges. All its other rules are in its
// own chains (moby 20.10 and 26.1, libnetwork/drivers/bridge/setup_ip_tables.go).

/// Docker's bridges, as its rules name them.
struct DockerBridges: Equatable {
    private let names: Set<ArraySlice<UInt8>>

    /// Takes the bridges that a rule `-o BRIDGE -j DOCKER` names; none if Docker's chains count as the administrator's.
    init(in ruleset: Ruleset, _ ownership: Ownership) {
        var names: Set<ArraySlice<UInt8>> = []
        let jump = Array(" -j DOCKER".utf8)
        for table in ruleset.tables where ownership.isForeign("DOCKER") && table.chain("DOCKER") != nil {
            for rule in table.chains.flatMap(\.rules) where rule.specification.suffix(jump.count).elementsEqual(jump) {
                let words = RuleWords.all(in: rule.specification)
                if words.count == 4, words[0].elementsEqual("-o".utf8) { names.insert(words[1]) }
            }
        }
        self.names = names
    }

    var isEmpty: Bool { names.isEmpty }

    /// Whether Docker makes such a rule for one of its bridges. The rules let answers in, let packets of containers out
    /// and masquerade them, allow or forbid traffic between containers, and let containers reach their own published
    /// ports.
    func made(_ rule: Rule) -> Bool {
        guard !names.isEmpty, rule.specification.count <= 256, rule.specification.first == UInt8(ascii: "-") else {
            return false
        }
        let words = RuleWords.all(in: rule.specification)
        return Self.forms.contains { fits(words, $0) }
    }

    /// In the words of ip6tables-save. BRIDGE stands for one of the bridges, and SAME for the same address twice.
    private static let forms = [
        "-o BRIDGE -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", "-i BRIDGE ! -o BRIDGE -j ACCEPT",
        "-i BRIDGE -o BRIDGE -j ACCEPT", "-i BRIDGE -o BRIDGE -j DROP", "-s ANY ! -o BRIDGE -j MASQUERADE",
        "-s ANY ! -o BRIDGE -j SNAT --to-source ANY", "-s SAME -d SAME -p ANY -m ANY --dport ANY -j MASQUERADE",
    ].map { $0.utf8.split(separator: UInt8(ascii: " ")).map { Array($0) } }

    private func fits(_ words: [ArraySlice<UInt8>], _ form: [[UInt8]]) -> Bool {
        guard words.count == form.count else { return false }
        var bridge: ArraySlice<UInt8>?
        var same: ArraySlice<UInt8>?
        return zip(words, form).allSatisfy { word, part in
            if part.elementsEqual("ANY".utf8) { return true }
            if part.elementsEqual("SAME".utf8) {
                defer { same = word }
                return same ?? word == word
            }
            guard part.elementsEqual("BRIDGE".utf8) else { return word.elementsEqual(part) }
            defer { bridge = word }
            return names.contains(word) && bridge ?? word == word
        }
    }
}

extension Rule {
    /// Docker puts this rule at the end of the chain that it leaves to administrators, where it has no effect.
    var isBareReturn: Bool { specification.elementsEqual("-j RETURN".utf8) }
}
