// Which uplinks the configuration of a host asks keep6 to keep, as `keep6 check` tells it.
import Internet

/// What stanzas and `.network` files ask for, whether it is in force or not.
package struct KeptUplinks: Equatable, Sendable {
    private let names: [String]

    package init(_ interfaces: InterfacesTree? = nil, _ network: NetworkTree? = nil) {
        let stanzas = interfaces?.kept ?? []
        let uplinks = stanzas.flatMap { stanza in
            let physical = interfaces?.physicalNames(of: stanza).map(\.name) ?? []
            return (physical.isEmpty ? [stanza.interface] : physical).map { "'\($0)'" }
        }
        let links = (network?.kept ?? []).map { "the links of \($0.path)" }
        names = (uplinks + links).reduce(into: []) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }

    /// The end of a sentence that says that nothing is wrong.
    package var words: String {
        guard let last = names.last else {
            return ", but keep6 keeps nothing: no inet6 stanza says 'keep6 yes', and no .network file has [X-Keep6]."
        }
        let others = names.dropLast().joined(separator: ", ")
        return "; keep6 keeps \(others.isEmpty ? last : "\(others) and \(last)")."
    }
}
