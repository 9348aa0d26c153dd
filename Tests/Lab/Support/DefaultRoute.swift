import Foundation

/// A default route of a host, as `ip -json` tells it.
struct DefaultRoute: Decodable {
    struct NextHop: Decodable {
        let gateway: String?
        let dev: String
    }

    let dev: String?
    let gateway: String?
    let nexthops: [NextHop]?
    /// Nil for one that was added by hand.
    let `protocol`: String?
    let metric: Int?
    let expires: Int?

    /// It is the kernel's own, learnt from a Router Advertisement.
    var isLearnt: Bool { `protocol` == "ra" }
    /// It was put back; the name of the number is only known where the package is installed.
    var isOurs: Bool { `protocol` == "keep6" || `protocol` == "66" }

    func leaves(by interface: String) -> Bool {
        dev == interface || nexthops?.contains { $0.dev == interface } == true
    }
}

extension Host {
    func defaultRoutes(by interface: String = "eth0") throws -> [DefaultRoute] {
        let text = try succeed("ip -6 -json route show default")
        let routes = text.isEmpty ? [] : try JSONDecoder().decode([DefaultRoute].self, from: Data(text.utf8))
        return routes.filter { $0.leaves(by: interface) }
    }

    /// Waits until the kernel has learnt the route itself and nothing else is there.
    func waitForLearntRoute(by interface: String = "eth0", within seconds: Double = 10) throws {
        try eventually("the default route by '\(interface)' is the router's own, alone", within: seconds) {
            let routes = try defaultRoutes(by: interface)
            return routes.count == 1 && routes[0].isLearnt
        }
    }
}
