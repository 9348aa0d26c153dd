// Random sequences of what can happen to guests, and what must hold after each event.
import Internet
import TestSupport
import Testing

@testable import StateMachines

/// A kernel as the proxy's actions leave it, and guests that answer or not.
private struct GuestWorld {
    static let bridges = (1...3).map { InterfaceIndex(rawValue: $0) }
    static let addresses = (0..<40).map { IPv6Address(high: 0x2001_0db8_0001_0000, low: $0) }

    var proxy = Proxy()
    var now = Instant(microseconds: 1_000_000)
    var scope = ProxyScope()
    /// Routes and proxy entries: where packets for an address go.
    var kernel: [IPv6Address: InterfaceIndex] = [:]
    var guests: [IPv6Address: InterfaceIndex] = [:]
    var refuses = false
    var questions = 0

    mutating func tell(_ event: ProxyEvent) {
        for action in proxy.handle(event, at: now) { perform(action) }
    }

    private mutating func perform(_ action: ProxyAction) {
        switch action {
        case .add(let address, let bridge, _), .move(let address, let bridge):
            if refuses { return tell(.failed(address, reason: "refused")) }
            kernel[address] = bridge
        case .remove(let address, _): kernel[address] = nil
        case .ask(let address, let bridge):
            questions += 1
            if guests[address] == bridge { tell(.answered(address, on: bridge)) }
        case .challenge, .forget, .report: break
        }
    }

    mutating func pass(_ duration: Duration) {
        let end = now.advanced(by: duration)
        while let deadline = proxy.deadline, deadline <= end {
            now = max(now.advanced(by: .milliseconds(1)), deadline)
            tell(.timer)
        }
        now = max(now, end)
    }
}

@Suite struct ProxyPropertyTests {
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func invariantsHold(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var world = GuestWorld()
        for step in 0..<300 {
            happen(in: &world, &random)
            if let wrong = wrong(in: world) {
                Issue.record("seed \(seed), step \(step): \(wrong)")
                return
            }
        }
        world.refuses = false
        rest(&world, seed)
    }

    /// Once nothing happens any more, those that are there and were heard of are answered for, and no others.
    private func rest(_ world: inout GuestWorld, _ seed: UInt64) {
        world.pass(.seconds(3000))
        for (address, bridge) in world.guests where world.scope.admits(address) && world.scope.bridges.contains(bridge)
        {
            world.tell(.answered(address, on: bridge))
            world.pass(.seconds(10))
            // Whoever contested it is silent now.
            #expect(world.kernel[address] == bridge, "seed \(seed)")
        }
        for bridge in GuestWorld.bridges { world.tell(.portRemoved(from: bridge)) }
        world.pass(.seconds(60))
        for (address, bridge) in world.kernel { #expect(world.guests[address] == bridge, "seed \(seed)") }
        #expect(world.proxy.deadline == nil && !world.proxy.isAsking, "seed \(seed)")
        let asked = world.questions
        world.pass(.seconds(1000))
        #expect(world.questions == asked, "seed \(seed)")
    }

    private func happen(in world: inout GuestWorld, _ random: inout SeededGenerator) {
        let address = GuestWorld.addresses.randomElement(using: &random)!
        let bridge = GuestWorld.bridges.randomElement(using: &random)!
        switch Int.random(in: 0..<16, using: &random) {
        case 0, 1: world.tell(.claimed(address, on: bridge))
        case 2, 3:
            world.guests[address] = bridge
            world.tell(.claimed(address, on: bridge))
        case 4: world.tell(.answered(address, on: bridge))
        case 5:
            world.guests[address] = nil
            world.tell(.missed(address, on: bridge))
        case 6: world.tell(.portRemoved(from: bridge))
        case 7, 8: world.tell(.solicited(address, by: IPv6Address("fe80::1")!))
        case 9: world.tell(.contested(address))
        case 10:
            world.scope.bridges = Set(GuestWorld.bridges.filter { _ in Int.random(in: 0..<4, using: &random) > 0 })
            world.scope.prefixes = [
                InterfaceAddress("2001:db8:1::/\([59, 64, 122, 124].randomElement(using: &random)!)")!
            ]
            world.scope.reserved = [address]
            world.tell(.scope(world.scope))
        case 11:
            // The kernel forgot some, and a guard left others.
            if Bool.random(using: &random) { world.kernel[address] = bridge } else { world.kernel[address] = nil }
            world.tell(.found(world.kernel.mapValues { $0 }))
        case 12: world.refuses = Int.random(in: 0..<4, using: &random) == 0
        default: world.pass(.milliseconds(Int.random(in: 1...3000, using: &random)))
        }
    }

    private func wrong(in world: GuestWorld) -> String? {
        if world.kernel != world.proxy.entries { return "the kernel has another table" }
        for (address, bridge) in world.kernel {
            if !world.scope.admits(address) { return "\(address) is no guest's" }
            if !world.scope.bridges.contains(bridge) { return "a bridge that is gone" }
        }
        for bridge in GuestWorld.bridges
        where world.proxy.count(on: bridge) != world.kernel.values.filter({ $0 == bridge }).count {
            return "miscounted"
        }
        if world.proxy.isAsking, world.proxy.deadline == nil { return "it asks, and never looks at the clock" }
        if let deadline = world.proxy.deadline, deadline.duration(to: world.now) > .seconds(1) { return "late" }
        return nil
    }
}
