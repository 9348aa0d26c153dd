// swift-tools-version:6.0
// keep6: one multicall executable, and the modules it is made of. Arrows point down only.
import PackageDescription

let package = Package(
    name: "keep6",
    products: [.executable(name: "keep6", targets: ["keep6"])],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "Internet"),
        .target(name: "Linux", dependencies: ["CLinux", "Internet"]),
        .target(name: "Netlink", dependencies: ["CLinux", "Internet", "Linux"]),
        .target(name: "NeighborDiscovery", dependencies: ["CLinux", "Internet", "Linux"]),
        .target(name: "Systemd", dependencies: ["CLinux", "CSystemd", "Internet", "Linux"]),
        .target(name: "Text", dependencies: ["Internet"]),
        .target(name: "Firewall", dependencies: ["CLinux", "Internet"]),
        .target(name: "Configuration", dependencies: ["Internet", "Text"]),
        .target(
            name: "StateMachines", dependencies: ["Configuration", "Internet", "NeighborDiscovery", "Netlink", "Text"]),
        .target(
            name: "Presentation",
            dependencies: [
                "Configuration", "Firewall", "Internet", "NeighborDiscovery", "Netlink", "StateMachines", "Text",
            ]),
        .target(
            name: "Host",
            dependencies: [
                "CLinux", "Configuration", "Firewall", "Internet", "Linux", "NeighborDiscovery", "Netlink",
                "Presentation", "StateMachines", "Systemd", "Text",
            ]),
        .target(name: "Hooks", dependencies: ["Host"]),
        .target(name: "Services", dependencies: ["Host"]),
        .executableTarget(name: "keep6", dependencies: ["Hooks", "Host", "Services"]),
        .target(
            name: "TestSupport", dependencies: ["Configuration", "Internet", "Netlink", "StateMachines"],
            path: "Tests/TestSupport"),
        .testTarget(name: "InternetTests", dependencies: ["Internet", "TestSupport"]),
        .testTarget(name: "NetlinkTests", dependencies: ["Netlink", "TestSupport"]),
        .testTarget(name: "NeighborDiscoveryTests", dependencies: ["NeighborDiscovery", "TestSupport"]),
        .testTarget(name: "FirewallTests", dependencies: ["Firewall", "TestSupport"], exclude: ["golden"]),
        .testTarget(name: "TextTests", dependencies: ["TestSupport", "Text"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "TestSupport"]),
        .testTarget(name: "StateMachinesTests", dependencies: ["StateMachines", "TestSupport"]),
        .testTarget(name: "PresentationTests", dependencies: ["Presentation", "TestSupport"]),
        .testTarget(name: "KernelTests", dependencies: ["Firewall", "Host", "TestSupport"]),
        .testTarget(
            name: "Fuzz", dependencies: ["Firewall", "StateMachines", "Systemd", "TestSupport"],
            exclude: ["corpus", "fuzz"]),
        .testTarget(name: "Lab", dependencies: ["TestSupport"], exclude: ["make-machine", "make-root"]),
    ],
    swiftLanguageModes: [.v6]
)

// For F_OFD_SETLK, struct in6_pktinfo and similar. All targets set it: a module's headers must look the same to each.
for target in package.targets where target.type != .system {
    target.cSettings = [.define("_GNU_SOURCE")]
}
