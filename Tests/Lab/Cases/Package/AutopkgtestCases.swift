import Foundation
import Testing

/// The package's own tests (debian/tests), on a host as autopkgtest would run them.
@Suite struct AutopkgtestCases {
    @Test("debian/tests", arguments: DebianRelease.allCases, ["ifupdown", "networkd", "libvirt"])
    func passes(_ release: DebianRelease, _ name: String) async {
        await lab { lab in
            var plan = HostPlan(release, interfaces: "")
            plan.uplinks = []
            plan.libvirtNetwork = .absent
            let host = try lab.boot(plan)
            for name in ["provider", name] {
                try host.copy(ProjectTree.path("debian/tests/\(name)"), to: "/root/\(name)")
            }
            try host.succeed("sh -x /root/\(name)", within: 120)
            try #require(try host.run("ip link show up6").status == 1)
        }
    }
}
