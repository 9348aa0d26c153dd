/// A host's link to the provider, and the addresses on it.
struct Uplink: Sendable {
    static let eth0 = Uplink("eth0")
    static let eth1 = Uplink("eth1", number: 1)

    let name: String
    let number: Int

    init(_ name: String, number: Int = 0) {
        self.name = name
        self.number = number
    }

    /// The provider's end.
    var farEnd: String { "up\(number)" }
    var hardwareAddress: String { "02:00:00:00:00:1\(number)" }
    var prefix: String { "2001:db8:\(number + 1)::" }
    /// What the host makes itself of the hardware address, whatever it hears.
    var linkLocal: String { "fe80::ff:fe00:1\(number)" }
    /// What the provider assigned to the host.
    var address: String { "\(prefix)10" }
    /// What the host makes itself of the hardware address when the router lets it.
    var ownAddress: String { "\(prefix.dropLast()):0:ff:fe00:1\(number)" }

    /// A stanza of interfaces(5) for this uplink: `auto` and `static` unless told otherwise.
    func stanza(_ options: String..., bringUp: String? = "auto", method: String = "static") -> String {
        stanza(options, bringUp: bringUp, method: method)
    }

    func stanza(_ options: [String], bringUp: String? = "auto", method: String = "static") -> String {
        let address = method == "static" ? ["address \(address)/64"] : []
        let lines = (address + options).map { "    \($0)\n" }.joined()
        let selection = bringUp.map { "\($0) \(name)\n" } ?? ""
        return "\(selection)iface \(name) inet6 \(method)\n\(lines)"
    }
}
