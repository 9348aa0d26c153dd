// The networks of guests: numbered from what is delegated, renumbered, and told of what is gone.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration
@testable import StateMachines

@Suite struct GuestNumberingTests {
    private func prefix(_ text: String) -> DelegatedPrefix { DelegatedPrefix(InterfaceAddress(text)!) }

    private func lease(_ text: String, _ now: Instant, preferred: Int, valid: Int) -> DelegatedPrefix {
        var prefix = prefix(text)
        prefix.preferredUntil = now.advanced(by: .seconds(preferred))
        prefix.validUntil = now.advanced(by: .seconds(valid))
        return prefix
    }

    @Test func eachNetworkGetsTheNext64() {
        var world = NumberedHost()
        world.delegated = [prefix("2001:db8:100::/56")]
        #expect(world.converge() == nil)
        #expect(world.addresses("default") == ["2001:db8:100:1::1/64"])
        #expect(world.addresses("lab") == ["2001:db8:100:2::1/64"])
        #expect(world.bridges.values.allSatisfy { $0.addresses.allSatisfy(\.isUsable) })
    }

    /// Providers that delegate a /56 tell people to give the uplink an address of its first /64.
    @Test func theFirst64IsTheUplinksUnlessItIsNamed() {
        var world = NumberedHost("default lab:0")
        world.delegated = [prefix("2001:db8:100::/56")]
        world.converge()
        #expect(world.addresses("default") == ["2001:db8:100:1::1/64"])
        #expect(world.addresses("lab") == ["2001:db8:100::1/64"])
        var small = NumberedHost()
        small.delegated = [prefix("2001:db8:100::/63")]
        small.converge()
        #expect(small.addresses("default") == ["2001:db8:100:1::1/64"])
        #expect(
            small.reports.contains(.tooSmall(InterfaceAddress("2001:db8:100::/63")!, for: NumberedHost.networks[1])))
    }

    @Test func aNumberThatIsNamedIsTaken() {
        var world = NumberedHost("default lab:0")
        world.delegated = [prefix("2001:db8:100:a0::/60")]
        world.converge()
        #expect(world.addresses("default") == ["2001:db8:100:a1::1/64"])
        #expect(world.addresses("lab") == ["2001:db8:100:a0::1/64"])
    }

    @Test func aPrefixThatIsTooSmallServesTheFirst() {
        var world = NumberedHost()
        world.delegated = [prefix("2001:db8:100::/64")]
        world.converge()
        world.converge()
        #expect(world.addresses("default") == ["2001:db8:100::1/64"])
        #expect(world.addresses("lab") == [])
        #expect(world.reports.filter { if case .tooSmall = $0 { true } else { false } }.count == 1)
    }

    @Test func aSecondLookChangesNothing() {
        var world = NumberedHost()
        world.delegated = [prefix("2001:db8:100::/56")]
        world.converge()
        let snapshot = GuestNumbering.Snapshot(delegated: world.delegated, bridges: world.bridges)
        #expect(world.state.converge(snapshot, at: world.now, world.time).actions == [])
    }

    @Test func aNetworkThatStartsLaterIsNumberedThen() {
        var world = NumberedHost()
        let lab = world.bridges.removeValue(forKey: NumberedHost.networks[1])
        world.delegated = [prefix("2001:db8:100::/56")]
        world.converge()
        world.bridges[NumberedHost.networks[1]] = lab
        world.converge()
        #expect(world.addresses("lab") == ["2001:db8:100:2::1/64"])
    }

    @Test func anotherPrefixWithdrawsTheFirst() {
        var world = NumberedHost()
        world.delegated = [prefix("2001:db8:100::/56")]
        world.converge()
        world.pass(.seconds(60))
        world.delegated = [prefix("2001:db8:200::/56")]
        world.converge()
        #expect(world.addresses("default") == ["2001:db8:200:1::1/64"])
        #expect(world.addresses("default", preferred: false) == ["2001:db8:100:1::1/64"])
        #expect(world.reports.last.map { if case .numbered = $0 { true } else { false } } == true)
        #expect(world.reports.contains(.withdrawn(InterfaceAddress("2001:db8:100::/56")!)))
    }

    @Test func aPrefixThatIsGoneAfterARebootIsWithdrawn() throws {
        var world = NumberedHost()
        world.delegated = [prefix("2001:db8:100::/56")]
        world.converge()
        var rebooted = NumberedHost(memory: try GuestMemory(text: world.stored.text))
        rebooted.time = world.time.advanced(by: .seconds(60))
        rebooted.converge()
        #expect(rebooted.addresses("default") == ["2001:db8:100:1::1/64"], "the prefix may still come again")
        rebooted.delegated = [prefix("2001:db8:200::/56")]
        let introduced = rebooted.now.advanced(by: GuestNumbering.introduction)
        #expect(rebooted.converge() == introduced, "dnsmasq has not advertised what it is to withdraw")
        #expect(rebooted.addresses("default") == ["2001:db8:100:1::1/64", "2001:db8:200:1::1/64"])
        rebooted.pass(GuestNumbering.introduction)
        rebooted.converge()
        #expect(rebooted.addresses("default") == ["2001:db8:200:1::1/64"])
        #expect(rebooted.addresses("default", preferred: false) == ["2001:db8:100:1::1/64"])
        let valid = rebooted.bridges[NumberedHost.networks[0]]?.addresses.first { $0.preferredLifetime == 0 }
        #expect(valid?.validLifetime == 7195)
    }

    @Test func aPrefixThatComesAgainAfterARebootIsNotWithdrawn() throws {
        var world = NumberedHost()
        world.delegated = [prefix("2001:db8:100::/56")]
        world.converge()
        var rebooted = NumberedHost(memory: try GuestMemory(text: world.stored.text))
        rebooted.converge()
        rebooted.delegated = world.delegated
        rebooted.converge()
        #expect(rebooted.addresses("default") == ["2001:db8:100:1::1/64"])
        #expect(rebooted.addresses("default", preferred: false) == [])
    }

    @Test func aPrefixThatIsGoneForAMomentIsKept() {
        var world = NumberedHost()
        world.delegated = [prefix("2001:db8:100::/56")]
        world.converge()
        world.delegated = []
        #expect(world.converge() == world.now.advanced(by: GuestNumbering.patience))
        #expect(world.addresses("default") == ["2001:db8:100:1::1/64"])
        world.pass(.seconds(299))
        world.delegated = [prefix("2001:db8:100::/56")]
        #expect(world.converge() == nil)
        world.delegated = []
        world.converge()
        world.pass(.seconds(299))
        world.converge()
        #expect(world.addresses("default") == ["2001:db8:100:1::1/64"], "its time begins anew")
        #expect(!world.reports.contains(.withdrawn(InterfaceAddress("2001:db8:100::/56")!)))
    }

    @Test func aLeaseHoldsUntilAServerIsHeard() throws {
        var world = NumberedHost()
        world.delegated = [lease("2001:db8:100::/56", world.now, preferred: 3000, valid: 4000)]
        world.converge()
        var rebooted = NumberedHost(memory: try GuestMemory(text: world.stored.text))
        rebooted.time = world.time
        rebooted.pass(.seconds(1000))
        rebooted.now = Instant(microseconds: 0)
        rebooted.converge()
        let address = try #require(rebooted.bridges[NumberedHost.networks[0]]?.addresses.first)
        #expect(address.preferredLifetime == 2000 && address.validLifetime == 3000)
        rebooted.pass(.seconds(2500))
        rebooted.converge()
        #expect(rebooted.addresses("default", preferred: false) == ["2001:db8:100:1::1/64"])
        #expect(!rebooted.reports.contains(.withdrawn(InterfaceAddress("2001:db8:100::/56")!)))
        rebooted.pass(.seconds(500))
        rebooted.converge()
        #expect(rebooted.reports.contains(.withdrawn(InterfaceAddress("2001:db8:100::/56")!)))
    }

    @Test func aLeaseThatRanOutDuringARebootIsWithdrawn() throws {
        var world = NumberedHost()
        world.delegated = [lease("2001:db8:100::/56", world.now, preferred: 3000, valid: 4000)]
        world.converge()
        var rebooted = NumberedHost(memory: try GuestMemory(text: world.stored.text))
        rebooted.time = world.time.advanced(by: .seconds(4000))
        #expect(rebooted.converge() == rebooted.now.advanced(by: GuestNumbering.introduction))
        let address = try #require(rebooted.bridges[NumberedHost.networks[0]]?.addresses.first)
        #expect(address.preferredLifetime == 10 && address.validLifetime == 7200)
        rebooted.pass(GuestNumbering.introduction)
        rebooted.converge()
        #expect(rebooted.addresses("default") == [])
        #expect(rebooted.addresses("default", preferred: false) == ["2001:db8:100:1::1/64"])
    }

    @Test func readingTheClocksAgainIsNothingToRemember() {
        var world = NumberedHost()
        world.delegated = [lease("2001:db8:100::/56", world.now, preferred: 3000, valid: 4000)]
        world.converge()
        let stored = world.stored
        world.pass(.seconds(10))
        world.time = world.time.advanced(by: .microseconds(1234))
        world.converge()
        #expect(world.stored == stored && world.state.memory == stored)
    }

    @Test func aPrefixThatEndsIsWithdrawn() {
        var world = NumberedHost()
        world.delegated = [prefix("2001:db8:100::/56")]
        world.converge()
        world.delegated = []
        world.converge()
        world.pass(GuestNumbering.patience)
        world.converge()
        #expect(world.addresses("default") == [])
        #expect(world.addresses("default", preferred: false) == ["2001:db8:100:1::1/64"])
    }

    @Test func lifetimesFollowTheDelegation() throws {
        var world = NumberedHost()
        var delegated = prefix("2001:db8:100::/56")
        delegated.preferredUntil = world.now.advanced(by: .seconds(3000))
        delegated.validUntil = world.now.advanced(by: .seconds(4000))
        world.delegated = [delegated]
        let deadline = world.converge()
        #expect(deadline == world.now.advanced(by: .seconds(1500)))
        let first = try #require(world.bridges[NumberedHost.networks[0]]?.addresses.first)
        #expect(first.preferredLifetime == 3000 && first.validLifetime == 4000)
        delegated.preferredUntil = world.now.advanced(by: .seconds(6000))
        delegated.validUntil = world.now.advanced(by: .seconds(8000))
        world.delegated = [delegated]
        world.converge()
        #expect(world.bridges[NumberedHost.networks[0]]?.addresses.map(\.preferredLifetime) == [6000])
    }

    /// Such as a server that delegates another prefix at each turn of its clock.
    @Test func prefixesThatChangeAgainAndAgainAreNotAllForgotten() throws {
        var world = NumberedHost("default")
        for number in 0..<100 {
            world.delegated = [prefix("2001:db8:\(number)00::/56")]
            world.pass(.seconds(10))
            world.converge()
            let stored = try GuestMemory(text: world.stored.text)
            #expect(stored.withdrawn.count == min(number, GuestMemory.withdrawnLimit))
        }
        let stored = try GuestMemory(text: world.stored.text)
        #expect(stored.withdrawn.keys.contains(InterfaceAddress("2001:db8:9800::/56")!), "the newest are told")
        #expect(!stored.withdrawn.keys.contains(InterfaceAddress("2001:db8:0::/56")!))
    }

    @Test func noMorePrefixesAreTakenThanAreRemembered() throws {
        var world = NumberedHost("default")
        world.delegated = (0..<100).map { prefix("2001:db8:\($0)00::/56") }
        world.converge()
        let first = try GuestMemory(text: world.stored.text)
        #expect(first.current.count == GuestMemory.currentLimit)
        #expect(world.addresses("default").count == GuestMemory.currentLimit)
        world.delegated.reverse()
        world.converge()
        #expect(world.stored == first, "those that are numbered from stay")
        world.delegated = (0..<100).map { prefix("2001:db9:\($0)00::/56") }
        world.converge()
        let second = try GuestMemory(text: world.stored.text)
        #expect(second.current.count == GuestMemory.currentLimit)
        #expect(Set(second.withdrawn.keys) == Set(first.current.keys))
    }

    @Test func aPrefixThatComesAgainLongAfterwardsIsSaid() {
        var world = NumberedHost("default")
        for name in ["2001:db8:100::/56", "2001:db8:200::/56", "2001:db8:100::/56"] {
            world.delegated = [prefix(name)]
            world.converge()
            world.pass(GuestMemory.withdrawal + .seconds(1))
            world.converge()
        }
        let numbered = world.reports.compactMap { if case .numbered(_, let value) = $0 { "\(value)" } else { nil } }
        #expect(numbered == ["2001:db8:100:1::1/64", "2001:db8:200:1::1/64", "2001:db8:100:1::1/64"])
    }

    @Test func onlyItsOwnAddressesAreTakenBack() {
        var world = NumberedHost()
        world.delegated = [prefix("2001:db8:100::/56")]
        let others = Address(interface: InterfaceIndex(rawValue: 20), value: InterfaceAddress("fd00:6::1/64")!)
        world.bridges[NumberedHost.networks[0]]?.addresses = [others]
        world.converge()
        let own = world.state.own(on: world.bridges).map(\.value.description).sorted()
        #expect(own == ["2001:db8:100:1::1/64", "2001:db8:100:2::1/64"])
    }

    @Test(arguments: ["default:x", "default:1:2", "a/b", "", ":1", "default:", "default:123456789"])
    func isNoNetwork(_ text: String) { #expect(GuestSubnet(text) == nil) }

    @Test(arguments: [
        "", "keep6-guests 2\nend\n", "keep6-guests 1\nprefix ::/0\nend\n", "keep6-guests 1\nprefix x\nend\n",
    ])
    func aTornMemoryIsRefused(_ text: String) {
        #expect(throws: Malformed.self) { try GuestMemory(text: text) }
    }
}
