// Which guests an uplink answers for: what each event leads to.
import Internet
import Testing

@testable import StateMachines

private let lan = InterfaceIndex(rawValue: 5)
private let other = InterfaceIndex(rawValue: 6)
private let guest = IPv6Address("2001:db8:1::77")!
private let router = IPv6Address("fe80::1")!

/// A proxy with a clock that goes on by itself.
private struct Bench {
    var proxy = Proxy()
    var now = Instant(microseconds: 1_000_000)

    init(reserved: [String] = []) {
        _ = proxy.handle(.scope(Self.scope(reserved: reserved)), at: now)
    }

    static func scope(bridges: Set<InterfaceIndex> = [lan, other], reserved: [String] = []) -> ProxyScope {
        var scope = ProxyScope()
        scope.bridges = bridges
        scope.prefixes = [InterfaceAddress("2001:db8:1::10/64")!]
        scope.reserved = Set(reserved.map { IPv6Address($0)! })
        return scope
    }

    /// The actions of one event but what is said.
    mutating func tell(_ event: ProxyEvent) -> [ProxyAction] {
        proxy.handle(event, at: now).filter { if case .report = $0 { false } else { true } }
    }

    /// Has the clock run to its next alarms until none is left, or the limit is reached.
    mutating func pass(_ limit: Duration = .seconds(60)) -> [ProxyAction] {
        let end = now.advanced(by: limit)
        var actions: [ProxyAction] = []
        while let deadline = proxy.deadline, deadline <= end {
            now = max(now, deadline)
            actions += tell(.timer)
        }
        now = end
        return actions
    }
}

@Suite struct ProxyTests {
    @Test("a check for duplicates is believed at once, and the guest asked when it is over")
    func claim() {
        var bench = Bench()
        #expect(bench.tell(.claimed(guest, on: lan)) == [.add(guest, to: lan), .challenge(guest)])
        #expect(bench.proxy.count(on: lan) == 1)
        #expect(bench.pass(.milliseconds(1999)) == [])
        #expect(bench.pass(.milliseconds(1)) == [.ask(guest, on: lan)])
        #expect(bench.tell(.answered(guest, on: lan)) == [])
        #expect(bench.pass() == [])
        #expect(bench.proxy.deadline == nil && !bench.proxy.isAsking)
    }

    @Test("who never answers is forgotten after three questions")
    func silentClaim() {
        var bench = Bench()
        _ = bench.tell(.claimed(guest, on: lan))
        let asked = ProxyAction.ask(guest, on: lan)
        let gone: [ProxyAction] = [.remove(guest, from: lan), .forget(guest, on: lan)]
        #expect(bench.pass(.seconds(6)) == [asked, asked, asked] + gone)
        #expect(bench.proxy.count(on: lan) == 0 && bench.proxy.deadline == nil)
    }

    @Test("an answer needs no question, and is not asked for again")
    func answer() {
        var bench = Bench()
        #expect(bench.tell(.answered(guest, on: lan)) == [.add(guest, to: lan), .challenge(guest)])
        #expect(bench.proxy.deadline == nil)
        #expect(bench.tell(.claimed(guest, on: lan)) == [])
        #expect(bench.tell(.answered(guest, on: lan)) == [])
    }

    static let impossible = [
        "fe80::77", "ff02::77", "::", "::1", "2001:db8:2::77", "2001:db8:1::10", "fd00::1",
    ]

    @Test("an address that no guest can have changes nothing", arguments: impossible)
    func refused(_ text: String) {
        var bench = Bench(reserved: ["2001:db8:1::10"])
        let address = IPv6Address(text)!
        #expect(bench.tell(.claimed(address, on: lan)) == [])
        #expect(bench.tell(.answered(address, on: lan)) == [])
        #expect(bench.tell(.solicited(address, by: router)) == [])
        #expect(bench.tell(.answered(guest, on: InterfaceIndex(rawValue: 99))) == [])
        #expect(bench.proxy.deadline == nil && !bench.proxy.isAsking)
    }

    @Test("a stranger is asked for on all bridges, and whoever wants to know is told when it answers")
    func stranger() {
        var bench = Bench()
        let questions: [ProxyAction] = [.ask(guest, on: lan), .ask(guest, on: other)]
        #expect(bench.tell(.solicited(guest, by: router)) == questions)
        #expect(bench.proxy.isAsking)
        #expect(bench.tell(.solicited(guest, by: router)) == [])
        bench.now = bench.now.advanced(by: .seconds(1))
        #expect(bench.tell(.solicited(guest, by: router)) == questions)
        let expected: [ProxyAction] = [.add(guest, to: other, telling: [router]), .challenge(guest)]
        #expect(bench.tell(.answered(guest, on: other)) == expected)
        #expect(bench.tell(.solicited(guest, by: router)) == [])
        #expect(bench.pass() == [] && !bench.proxy.isAsking)
    }

    @Test("a stranger that does not answer is forgotten")
    func nobody() {
        var bench = Bench()
        _ = bench.tell(.solicited(guest, by: router))
        #expect(bench.pass(.seconds(2)) == [])
        #expect(!bench.proxy.isAsking && bench.proxy.deadline == nil)
    }

    @Test("a guest that the kernel misses is asked, and stays if it answers")
    func missed() {
        var bench = Bench()
        _ = bench.tell(.answered(guest, on: lan))
        #expect(bench.tell(.missed(guest, on: other)) == [])
        #expect(bench.tell(.missed(guest, on: lan)) == [.ask(guest, on: lan)])
        #expect(bench.tell(.answered(guest, on: lan)) == [])
        #expect(bench.pass() == [])
        _ = bench.tell(.missed(guest, on: lan))
        let asked = ProxyAction.ask(guest, on: lan)
        #expect(bench.pass(.seconds(1)) == [asked, asked, .remove(guest, from: lan), .forget(guest, on: lan)])
    }

    @Test("a port that left has all guests of its bridge asked")
    func port() {
        var bench = Bench()
        let second = IPv6Address("2001:db8:1::78")!
        _ = bench.tell(.answered(guest, on: lan))
        _ = bench.tell(.answered(second, on: other))
        #expect(bench.tell(.portRemoved(from: lan)) == [])
        #expect(bench.pass(.milliseconds(1)) == [.ask(guest, on: lan)])
        #expect(bench.pass(.seconds(2)).last == .forget(guest, on: lan))
        #expect(bench.proxy.count(on: other) == 1)
    }

    @Test("a guest that moved is followed once it does not answer where it was")
    func move() {
        var bench = Bench()
        _ = bench.tell(.answered(guest, on: lan))
        #expect(bench.tell(.claimed(guest, on: other)) == [.ask(guest, on: lan)])
        let asked = ProxyAction.ask(guest, on: lan)
        #expect(bench.pass(.seconds(1)) == [asked, asked, .move(guest, to: other)])
        #expect(bench.proxy.count(on: lan) == 0 && bench.proxy.count(on: other) == 1)
        _ = bench.tell(.answered(guest, on: other))
        #expect(bench.pass() == [])
    }

    @Test("who claims the address of a guest that is there does not get it")
    func theft() {
        var bench = Bench()
        _ = bench.tell(.answered(guest, on: lan))
        _ = bench.tell(.answered(guest, on: other))
        _ = bench.tell(.answered(guest, on: lan))
        #expect(bench.pass() == [])
        #expect(bench.proxy.count(on: lan) == 1 && bench.proxy.count(on: other) == 0)
    }

    @Test("the address of a neighbor on the uplink is given up, and taken again when that is silent")
    func contest() {
        var bench = Bench()
        _ = bench.tell(.answered(guest, on: lan))
        #expect(bench.tell(.contested(guest)) == [.remove(guest, from: lan)])
        #expect(bench.tell(.answered(guest, on: lan)) == [.challenge(guest)])
        #expect(bench.tell(.contested(guest)) == [])
        #expect(bench.pass(.seconds(5)) == [])
        #expect(bench.tell(.answered(guest, on: lan)) == [.challenge(guest)])
        #expect(bench.pass(.seconds(1)) == [.add(guest, to: lan), .challenge(guest)])
    }

    @Test("a flood of claims adds a bounded number, and all of it goes again")
    func flood() {
        var bench = Bench()
        var added = 0
        for number in 0..<20_000 {
            bench.now = bench.now.advanced(by: .microseconds(50))
            let address = IPv6Address(high: guest.high, low: UInt64(number + 1000))
            added += bench.tell(.claimed(address, on: lan)).filter { if case .add = $0 { true } else { false } }.count
        }
        #expect((256...320).contains(added))
        var most = 0
        var seconds = 0
        while bench.proxy.deadline != nil, seconds < 100 {
            most = max(most, bench.pass(.milliseconds(100)).filter { if case .ask = $0 { true } else { false } }.count)
            seconds += 1
        }
        #expect(most <= 2 * Proxy.batch)
        #expect(bench.proxy.count(on: lan) == 0 && bench.proxy.deadline == nil)
    }

    @Test("a network has so many addresses and no more, which is said once; the others have theirs")
    func full() {
        var bench = Bench()
        for number in 0..<Proxy.limit {
            _ = bench.tell(.answered(IPv6Address(high: guest.high, low: UInt64(number + 1000)), on: lan))
        }
        #expect(bench.proxy.count(on: lan) == Proxy.limit)
        #expect(bench.proxy.handle(.answered(guest, on: lan), at: bench.now) == [.report(.full(lan))])
        #expect(bench.proxy.handle(.answered(guest, on: lan), at: bench.now) == [])
        #expect(bench.tell(.answered(guest, on: other)) == [.add(guest, to: other), .challenge(guest)])
        _ = bench.pass(.seconds(60))
        #expect(bench.proxy.count(on: lan) == 0)
    }

    @Test("questions for strangers are bounded")
    func scan() {
        var bench = Bench()
        var asked = 0
        for number in 0..<5_000 {
            bench.now = bench.now.advanced(by: .microseconds(200))
            let address = IPv6Address(high: guest.high, low: UInt64(number + 1000))
            asked += bench.tell(.solicited(address, by: router)).count
        }
        #expect((200...310).contains(asked))
        _ = bench.pass(.seconds(3))
        #expect(bench.proxy.deadline == nil && !bench.proxy.isAsking)
    }

    @Test("what another guard left is adopted where it can be, and asked; the rest is taken away")
    func found() {
        var bench = Bench()
        let stray = IPv6Address("2001:db8:1::78")!
        #expect(bench.tell(.found([guest: lan, stray: nil])) == [.remove(stray, from: nil)])
        #expect(bench.pass(.milliseconds(1)) == [.ask(guest, on: lan)])
        _ = bench.tell(.answered(guest, on: lan))
        #expect(bench.pass() == [])
        #expect(bench.tell(.found([guest: lan])) == [])
        #expect(bench.tell(.found([:])) == [.add(guest, to: lan)])
        #expect(bench.tell(.found([guest: other])) == [.move(guest, to: lan)])
    }

    @Test("a bridge, a prefix or an address that is gone takes its guests with it")
    func scope() {
        for scope in [
            Bench.scope(bridges: [other]), Bench.scope(reserved: ["2001:db8:1::77"]), ProxyScope(),
        ] {
            var bench = Bench()
            _ = bench.tell(.answered(guest, on: lan))
            _ = bench.tell(.missed(guest, on: lan))
            #expect(bench.tell(.scope(scope)) == [.remove(guest, from: lan)])
            #expect(bench.pass() == [])
        }
    }

    @Test("an addition that fails is undone and said once")
    func failed() {
        var bench = Bench()
        _ = bench.tell(.answered(guest, on: lan))
        let first = bench.proxy.handle(.failed(guest, reason: "full"), at: bench.now)
        #expect(first == [.remove(guest, from: lan), .report(.failed("full"))])
        _ = bench.tell(.answered(guest, on: lan))
        #expect(bench.proxy.handle(.failed(guest, reason: "full"), at: bench.now) == [.remove(guest, from: lan)])
    }
}
