// The two programs that ip6tables can be.

/// A back end of ip6tables, as update-alternatives(1) chooses it.
package enum Ip6tablesBackend: String, CaseIterable, Sendable {
    case nft, legacy
}
