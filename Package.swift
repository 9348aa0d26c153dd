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
        .target(name: "Firewall", dependencies: ["CLinux", "Internet"]),
        .target(name: "Keep6", dependencies: ["Firewall", "Internet", "NeighborDiscovery", "Netlink"]),
        .target(
            name: "Host", dependencies: ["Firewall", "Keep6", "Linux", "Netlink", "NeighborDiscovery", "Systemd"]),
        .target(name: "IfHook", dependencies: ["Host"], path: "Sources/if-hook"),
        .target(name: "FirewallHook", dependencies: ["Host"], path: "Sources/firewall-hook"),
        .target(name: "LibvirtHook", dependencies: ["Host"], path: "Sources/libvirt-hook"),
        .target(name: "NetworkdHook", dependencies: ["Host"], path: "Sources/networkd-hook"),
        .target(name: "Keep6Guard", dependencies: ["Host"], path: "Sources/keep6-guard"),
        .target(name: "Keep6Delegation", dependencies: ["Host"], path: "Sources/keep6-delegation"),
        .executableTarget(
            name: "keep6",
            dependencies: [
                "Firewall", "FirewallHook", "IfHook", "LibvirtHook", "NetworkdHook", "Keep6Guard", "Keep6Delegation",
                "Host",
            ]),
        .testTarget(name: "InternetTests", dependencies: ["Internet"]),
        .testTarget(name: "NetlinkTests", dependencies: ["Netlink"]),
        .testTarget(name: "NeighborDiscoveryTests", dependencies: ["NeighborDiscovery"]),
        .testTarget(name: "FirewallTests", dependencies: ["Firewall"], exclude: ["golden"]),
        .testTarget(name: "Keep6Tests", dependencies: ["Keep6"]),
        .testTarget(name: "KernelTests", dependencies: ["Firewall", "Host"]),
        .testTarget(name: "Fuzz", dependencies: ["Firewall", "Keep6", "Systemd"], exclude: ["corpus", "fuzz"]),
        .testTarget(name: "Lab", exclude: ["make-machine", "make-root"]),
    ],
    swiftLanguageModes: [.v6]
)

// For F_OFD_SETLK, struct in6_pktinfo and the like; in all targets, for a module's headers must look alike to each.
for target in package.targets where target.type != .system {
    target.cSettings = [.define("_GNU_SOURCE")]
}
