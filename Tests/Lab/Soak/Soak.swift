// What `make soak` runs: a host of either manager through random disruptions, after each of which it must be online.
import Foundation
import TestSupport
import Testing

@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["KEEP6_SOAK"] != nil,
        "it takes a quarter of an hour: 'make soak' runs it"),
    .serialized)
struct Soak {
    /// By when a host must be online again while a router is there, in seconds.
    static let limit = 30.0
    /// It is when no echo was lost for so long.
    static let calm = 0.3

    private static let environment = ProcessInfo.processInfo.environment
    private let count = Int(environment["KEEP6_SOAK"] ?? "") ?? 1000
    private let seed = UInt64(environment["KEEP6_SOAK_SEED"] ?? "") ?? UInt64.random(in: 1...999_999_999)
    let release = DebianRelease(rawValue: environment["KEEP6_SOAK_RELEASE"] ?? "") ?? .trixie

    @Test func survives() async {
        print("\(release.testDescription), seed \(seed)")
        let results = Results()
        await withTaskGroup(of: Void.self) { group in
            for (number, manager) in Manager.allCases.enumerated() {
                let random = SeededGenerator(seed: seed &+ UInt64(number))
                group.addTask { await soak(manager, random, into: results) }
            }
        }
        let all = results.all
        for kind in Nuisance.all {
            let gaps = all.compactMap { host in
                host.longestGaps[kind.title].map { "\(host.manager) \(Cell.time($0 <= 0.01 ? 0 : $0))" }
            }
            print("longest outage, \(kind.title): \(gaps.joined(separator: ", "))")
        }
        for host in all { print("\(host.manager): \(host.growth)") }
        let survived = all.map(\.survived).reduce(0, +)
        print("\(count) disruptions, \(survived) survived")
        #expect(survived == count)
    }

    private func soak(_ manager: Manager, _ random: SeededGenerator, into results: Results) async {
        await lab { lab in
            let host = try SoakedHost(manager, release, in: lab, random)
            defer { results.add(host) }
            try host.soak(manager == .ifupdown ? count - count / 2 : count / 2)
        }
    }

    private final class Results: @unchecked Sendable {
        private let lock = NSLock()
        private var hosts: [SoakedHost] = []

        var all: [SoakedHost] { lock.withLock { hosts } }
        func add(_ host: SoakedHost) { lock.withLock { hosts.append(host) } }
    }
}
