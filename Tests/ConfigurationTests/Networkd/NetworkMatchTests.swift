// [Match] sections against links. 100,000 random ones of these words were compared with systemd's own
// config_parse_match_* and net_match_config, called in Debian 12's libsystemd-shared-252.so; 257 has the same source.
import Internet
import TestSupport
import Testing

@testable import Configuration

private struct MatchRow: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let expected: MatchOutcome

    init(_ name: String, _ text: String, _ expected: MatchOutcome) {
        testDescription = name
        self.text = text
        self.expected = expected
    }
}

private func match(_ text: String) -> NetworkMatch { NetworkMatch(networkFile("[Match]\n\(text)\n")) }

@Suite struct NetworkMatchTests {
    /// A link of which everything is known.
    private var known: KnownLink? {
        guard var link = InterfaceName("eth0").map({ KnownLink($0) }) else { return nil }
        link.alternativeNames = ["enp1s0", "uplink"]
        link.hardwareAddress = HardwareAddress("02:00:00:00:00:0a")
        link.permanentAddress = HardwareAddress("02:00:00:00:00:0b")
        link.type = "ether"
        link.kind = ""
        link.driver = "virtio_net"
        link.path = "pci-0000:01:00.0"
        return link
    }

    private static let rows = [
        MatchRow("the name", "Name=eth0", .matches),
        MatchRow("another name", "Name=eth1", .differs),
        MatchRow("an alternative name", "Name=enp1s0", .matches),
        MatchRow("a list", "Name=eno1 eth0", .matches),
        MatchRow("two lines", "Name=eno1\nName=eth0", .matches),
        MatchRow("an empty line takes back", "Name=eth0\nName=\nName=eno1", .differs),
        MatchRow("everything", "Name=*", .matches),
        MatchRow("a glob", "Name=en* et[a-h]?", .matches),
        MatchRow("a glob that does not fit", "Name=en[0-9]* et[!a-h]0", .differs),
        MatchRow("negated", "Name=!eth* enp* upl*", .differs),
        MatchRow("negated, others", "Name=!wl* ww*", .matches),
        MatchRow("negated, but for an alternative name", "Name=!eth0", .matches),
        MatchRow("negated and not", "Name=!eth0 enp1s0\nName=upl*", .matches),
        MatchRow("negated wins", "Name=eth0 enp1s0 uplink\nName=!*", .differs),
        MatchRow("an exclamation mark inside the list", "Name=eth0 !eth0", .differs),
        MatchRow("an exclamation mark and a space", "Name=! eth0 enp1s0 uplink", .differs),
        MatchRow("quotes are no quotes in names", "Name=\"eth0\"", .differs),
        MatchRow("a backslash in names goes away", "Name=e\\th0", .matches),
        MatchRow("a name that is none is left out", "Name=a/b eth0", .matches),
        MatchRow("nothing but names that are none", "Name=a/b 12 all", .differs),
        MatchRow("hardware address", "MACAddress=02:00:00:00:00:0a", .matches),
        MatchRow("hyphens", "MACAddress=02-00-00-00-00-0A", .matches),
        MatchRow("dots", "MACAddress=0200.0000.000a", .matches),
        MatchRow("leading zeros left out", "MACAddress=2:0:0:0:0:a", .matches),
        MatchRow("another address", "MACAddress=02:00:00:00:00:0b", .differs),
        MatchRow("several addresses", "MACAddress=02:00:00:00:00:0b 02:00:00:00:00:0a", .matches),
        MatchRow("a list of addresses cannot be negated", "MACAddress=!02:00:00:00:00:0b", .differs),
        MatchRow("a wrong address is left out", "MACAddress=02:00:00:00:00\nName=eth0", .matches),
        MatchRow("permanent address", "PermanentMACAddress=02:00:00:00:00:0b", .matches),
        MatchRow("another permanent address", "PermanentMACAddress=02:00:00:00:00:0a", .differs),
        MatchRow("type", "Type=ether", .matches),
        MatchRow("another type", "Type=bridge", .differs),
        MatchRow("negated type", "Type=!loopback bridge", .matches),
        MatchRow("no kind", "Kind=*", .differs),
        MatchRow("no kind, negated", "Kind=!veth bridge", .matches),
        MatchRow("driver", "Driver=virtio_*", .matches),
        MatchRow("another driver", "Driver=igb", .differs),
        MatchRow("a quoted driver", "Driver=\"virtio_net\" 'igb'", .matches),
        MatchRow("an open quote ends the list", "Driver=igb \"virtio_net", .differs),
        MatchRow("path", "Path=pci-0000:01:00.*", .matches),
        MatchRow("another path", "Path=pci-0000:02:*", .differs),
        MatchRow("all must match", "Name=eth0\nType=bridge", .differs),
        MatchRow("all do", "Name=eth0\nType=ether\nMACAddress=2:0:0:0:0:a", .matches),
        MatchRow("a condition", "Name=eth0\nHost=a", .cannotTell),
        MatchRow("a condition alone", "Virtualization=no", .cannotTell),
        MatchRow("a condition taken back", "Name=eth0\nHost=a\nHost=", .matches),
        MatchRow("a condition, and another link", "Name=eth1\nHost=a", .differs),
        MatchRow("a property", "Property=ID_BUS=pci", .cannotTell),
        MatchRow("nothing", "", .differs),
        MatchRow("nothing that networkd knows", "Nmae=eth0", .differs),
        MatchRow("keys have capitals", "name=eth0", .differs),
    ]

    @Test(arguments: rows)
    private func outcome(_ row: MatchRow) throws {
        #expect(match(row.text).outcome(for: try #require(known)) == row.expected)
    }

    private static let ofNameAlone = [
        MatchRow("its name", "Name=eth0", .matches), MatchRow("everything", "Name=*", .matches),
        MatchRow("perhaps an alternative name", "Name=enp1s0", .cannotTell),
        MatchRow("type", "Type=ether", .cannotTell), MatchRow("kind", "Kind=!veth", .cannotTell),
        MatchRow("address", "Name=eth0\nMACAddress=02:00:00:00:00:0a", .cannotTell),
        MatchRow("permanent address", "PermanentMACAddress=02:00:00:00:00:0a", .cannotTell),
        MatchRow("driver", "Driver=igb", .cannotTell), MatchRow("path", "Path=*", .cannotTell),
    ]

    @Test(arguments: ofNameAlone)
    private func outcomeOfNameAlone(_ row: MatchRow) throws {
        #expect(match(row.text).outcome(for: KnownLink(try #require(InterfaceName("eth0")))) == row.expected)
    }

    private static let names = [
        Row("one", "Name=eth0", "eth0"), Row("several", "Name=eth0 eth1\nName=eno1", "eth0 eth1 eno1"),
        Row("a glob beside one", "Name=eth0 en*", "eth0 ..."), Row("globs", "Name=eth? en[op]*", "..."),
        Row("negated", "Name=!eth0", "..."), Row("some negated", "Name=eth0 eth1\nName=!eth1", "eth0"),
        Row("too long for a name", "Name=enx00000000000000", ""), Row("no name", "MACAddress=2:0:0:0:0:a", "..."),
        Row("a name and an address", "Name=eth0\nMACAddress=2:0:0:0:0:a", "eth0"),
        Row("a condition alone", "Host=a", "..."), Row("nothing", "", ""),
    ]

    @Test(arguments: names)
    func literalNames(_ row: Row) {
        let match = match(row.text)
        let names = match.literalNames.map(\.description) + (match.isPattern ? ["..."] : [])
        #expect(names.joined(separator: " ") == row.expected)
    }

    private static let addresses = [
        Row("Ethernet", "12:34:56:78:90:ab", "12 34 56 78 90 ab"),
        Row("hyphens", "AA-BB-CC-DD-EE-FF", "aa bb cc dd ee ff"),
        Row("dots", "1234.5678.90ab", "12 34 56 78 90 ab"), Row("short fields", "1.2.3", "0 1 0 2 0 3"),
        Row("an IPv4 tunnel", "127.0.0.1", "7f 0 0 1"), Row("an IPv6 tunnel", "::1", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1"),
        Row("four bytes", "1:2:3:4", "1 2 3 4"),
        Row(
            "InfiniBand", "1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:10:11:12:13:14", "1 2 3 4 5 6 7 8 9 a b c d e f 10 11 12 13 14"
        ),
        Row("five bytes", "1:2:3:4:5", ""), Row("seven bytes", "1:2:3:4:5:6:7", ""),
        Row("no separator", "1234567890ab", ""),
        Row("mixed separators", "12:34:56-78:90:ab", ""), Row("an empty field", "12::56:78:90:ab:cd:ef:gh", ""),
        Row("a separator at the end", "12:34:56:78:90:ab:", ""), Row("three digits", "123:4:5:6:7:8", ""),
        Row("five digits", "12345.6.7", ""), Row("no digit", "12:34:56:78:90:ag", ""),
        Row("a sign", "+1:2:3:4:5:6", ""),
        Row("empty", "", ""),
    ]

    @Test(arguments: addresses)
    func hardwareAddress(_ row: Row) {
        let bytes = HardwareAddress(row.text)?.bytes ?? []
        #expect(bytes.map { String($0, radix: 16) }.joined(separator: " ") == row.expected)
    }

    @Test func tooManyNames() throws {
        let match = match("Name=" + (1...200_000).map { "e\($0)" }.joined(separator: " "))
        #expect(match.literalNames.count == 1000)
        #expect(match.outcome(for: KnownLink(try #require(InterfaceName("e7")))) == .cannotTell)
    }

    @Test func theFirstFileThatMatchesIsApplied() throws {
        let link = try #require(InterfaceName("eth0"))
        func name(of file: NetworkFile) -> String { String(file.path.dropFirst("/etc/systemd/network/".count)) }
        func applied(_ texts: String...) -> String {
            let files = texts.enumerated().map { ("/etc/systemd/network/\($0).network", "[Match]\n\($1)\n") }
            switch networkTree(Dictionary(uniqueKeysWithValues: files)).applied(to: KnownLink(link)) {
            case .none: return "none"
            case .one(let file): return name(of: file)
            case .cannotTell(let files): return files.map(name).joined(separator: " or ")
            }
        }
        #expect(applied("Name=eth0", "Name=*") == "0.network")
        #expect(applied("Name=eth1", "Name=*") == "0.network or 1.network")
        #expect(applied("Type=ether", "Name=e*", "Name=*") == "0.network or 1.network")
        #expect(applied("Type=ether") == "0.network")
        #expect(applied("[", "Name=*") == "1.network")
        #expect(applied() == "none")
    }
}
