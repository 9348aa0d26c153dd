// What dhcpcd.conf(5) says of router advertisements.
import Internet

/// The configuration of Debian's dhcpcd.service, as far as it tells on which links the daemon acts on router
/// advertisements.
package struct DhcpcdConfiguration: Sendable {
    private var allowed: [String] = []
    private var denied: [String] = []
    /// Whether they are turned off for every link, and for those named.
    private var isOff = false
    private var offLinks: Set<String> = []

    /// Reads the file; what it does not know of is of no interest here.
    package init(_ text: String) {
        var block: String?
        var isForeignBlock = false
        for line in text.split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split { " \t,\r".contains($0) }.map(String.init)
            guard let option = words.first else { continue }
            switch option {
            case "interface": (block, isForeignBlock) = (words.count > 1 ? words[1] : nil, false)
            case "ssid", "profile", "arping": isForeignBlock = true
            case "allowinterfaces": allowed += words.dropFirst()
            case "denyinterfaces": denied += words.dropFirst()
            case "noipv6", "noipv6rs", "ipv4only":
                if isForeignBlock { continue }
                if let block { offLinks.insert(block) } else { isOff = true }
            default: break
            }
        }
    }

    /// Whether it acts on the router advertisements of a link.
    package func handlesAdvertisements(on uplink: InterfaceName) -> Bool {
        let name = uplink.description
        func isAmong(_ patterns: [String]) -> Bool { patterns.contains { fits(name, pattern: $0) } }
        guard !isOff, !offLinks.contains(name), !isAmong(denied) else { return false }
        return allowed.isEmpty || isAmong(allowed)
    }
}
