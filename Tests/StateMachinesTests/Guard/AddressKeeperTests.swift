// The static addresses of an uplink: what is put back, and what is left alone.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration

@Suite struct AddressKeeperTests {
    static let own = InterfaceAddress("2001:db8:1::10/64")!
    static let extra = InterfaceAddress("2001:db8:1::20/64")!

    /// An uplink of networkd's with one static address, online.
    private func networkdWorld(extra: [InterfaceAddress] = []) -> World {
        var kept = KeptUplink(wish: Wish(uplink: InterfaceName("eth0")!))
        kept.manager = .networkd
        kept.staticAddresses = [AddressKeeperTests.own]
        kept.wish.addresses = extra
        var world = World(kept)
        world.acceptRA = 0
        world.start()
        world.log = []
        return world
    }

    private func added(_ world: World) -> [Address] {
        world.log.compactMap { if case .addAddress(let address) = $0 { address } else { nil } }
    }

    @Test func anAddressThatNetworkdRemovesIsPutBackWithoutDetection() throws {
        var world = networkdWorld()
        world.delete(world.addresses[1])
        let address = try #require(added(world).first)
        #expect(address.value == AddressKeeperTests.own)
        #expect(address.isUsable)
        #expect(address.flags != 0)
        let reports = world.log.compactMap { if case .report(let report) = $0 { report } else { nil } }
        #expect(reports == [.addressRestored(address.value, outage: .milliseconds(1))])
    }

    @Test func aTentativeAddressIsDetectedAnew() throws {
        var world = networkdWorld()
        var tentative = world.addresses[1]
        tentative.flags = 0x40
        world.delete(tentative)
        #expect(try #require(added(world).first).flags == 0)
    }

    @Test func whatTheAdministratorNoLongerWishesIsNotPutBack() {
        var world = networkdWorld()
        world.kept?.staticAddresses = [InterfaceAddress("2001:db8:1::11/64")!]
        world.delete(world.addresses[1])
        #expect(added(world) == [])
        world.kept = nil
        world.pass(.seconds(100))
        #expect(added(world) == [])
    }

    @Test func nothingIsAddedToAnUplinkThatIsKeptNoLonger() {
        var world = networkdWorld(extra: [AddressKeeperTests.extra])
        world.tell(.overrun)
        world.log = []
        world.kept = nil
        for address in world.addresses.dropFirst() { world.delete(address) }
        world.pass(.seconds(100))
        #expect(added(world) == [])
    }

    @Test func anAddressWhoseRemovalWasNotHeardIsPutBack() {
        var world = networkdWorld()
        world.isDeaf = true
        world.delete(world.addresses[1])
        world.tell(.overrun)
        #expect(added(world).map(\.value) == [AddressKeeperTests.own])
    }

    @Test func whatTookLongerIsDetectedAnew() {
        var world = networkdWorld()
        world.refusesAddresses = true
        world.delete(world.addresses[1])
        world.pass(.seconds(2))
        world.refusesAddresses = false
        world.pass(.seconds(100))
        #expect(added(world).first?.flags != 0 && added(world).last?.flags == 0)
        #expect(world.addresses.last?.value == AddressKeeperTests.own)
    }

    @Test func lifetimesAndThePrefixRouteStayAsTheyWere() throws {
        var world = networkdWorld()
        world.addresses[1].preferredLifetime = 0
        world.addresses[1].flags = 0x200 | 0x20
        world.delete(world.addresses[1])
        let address = try #require(added(world).first)
        #expect(address.preferredLifetime == 0 && address.flags & 0x200 != 0 && address.flags & 0x20 == 0)
    }

    @Test func whatGoesWithTheLinkIsLeftToNetworkd() {
        var world = networkdWorld()
        world.setLink(up: false)
        world.delete(world.addresses[1])
        world.setLink(up: true)
        world.pass(.seconds(1))
        #expect(added(world) == [])
    }

    @Test func aDuplicateIsNotPutBack() {
        var world = networkdWorld()
        var duplicate = world.addresses[1]
        duplicate.flags = 0x08
        world.delete(duplicate)
        #expect(added(world) == [])
    }

    /// An uplink of ifupdown's with two addresses; `isDone` is whether ifup has configured them.
    private func ifupdownWorld(isDone: Bool = true) -> World {
        var kept = KeptUplink(wish: Wish(uplink: InterfaceName("eth0")!))
        kept.wish.addresses = [AddressKeeperTests.extra]
        if isDone {
            kept.staticAddresses = [AddressKeeperTests.own, AddressKeeperTests.extra]
            kept.configuredInterface = World.index
        }
        var world = World(kept)
        world.addresses.append(Address(interface: World.index, value: AddressKeeperTests.extra))
        world.start()
        world.log = []
        return world
    }

    @Test func whatIfupConfiguredIsPutBack() {
        var world = ifupdownWorld()
        for address in world.addresses.dropFirst() { world.delete(address) }
        #expect(added(world).map(\.value) == [AddressKeeperTests.own, AddressKeeperTests.extra])
    }

    @Test func whatTheKernelTookWithTheLinkIsPutBackWhereIfupdownWouldNot() {
        var world = ifupdownWorld()
        world.setLink(up: false)
        for address in world.addresses.dropFirst() { world.delete(address) }
        #expect(added(world) == [])
        world.setLink(up: true)
        #expect(world.addresses.dropFirst().map(\.value) == [AddressKeeperTests.own, AddressKeeperTests.extra])
        #expect(added(world).allSatisfy { $0.flags == 0 }, "another host may have them now")
    }

    /// An MTU below 1280 takes IPv6 off the link, and with it comes back as a new interface's is.
    @Test func acceptRAIsSetRightWhenIPv6IsBack() {
        var world = ifupdownWorld()
        for address in world.addresses { world.delete(address) }
        world.acceptRA = 1
        let linkLocal = Address(interface: World.index, value: InterfaceAddress("fe80::99/64")!)
        world.addresses.append(linkLocal)
        world.tell(.addressAdded(linkLocal))
        #expect(world.acceptRA == 2)
    }

    /// ifup would fail at an address that is there already.
    @Test func nothingComesBetweenIfupAndTheInterface() {
        var world = ifupdownWorld(isDone: false)
        for address in world.addresses.dropFirst() { world.delete(address) }
        world.pass(.seconds(10))
        #expect(added(world) == [])
        world = ifupdownWorld()
        world.kept?.staticAddresses = []
        for address in world.addresses.dropFirst() { world.delete(address) }
        #expect(added(world) == [], "it is set up anew")
    }

    @Test func anInterfaceThatIsMadeAnewIsLeftToIfup() {
        var world = ifupdownWorld()
        world.tell(.linkRemoved)
        world.link = Link(index: InterfaceIndex(rawValue: 8), name: InterfaceName("eth0")!, flags: 0x41)
        world.addresses = []
        world.tell(.linkChanged(world.link))
        world.tell(.poke("a test asks"))
        world.pass(.seconds(10))
        #expect(added(world) == [])
    }

    @Test func keep6sOwnAddressIsAddedAndPutBack() {
        var world = networkdWorld(extra: [AddressKeeperTests.extra])
        world.tell(.overrun)
        #expect(world.addresses.last?.value == AddressKeeperTests.extra)
        world.delete(world.addresses.last!)
        #expect(world.addresses.last?.value == AddressKeeperTests.extra)
    }

    @Test func aFightOverAnAddressSlowsDown() {
        var world = networkdWorld()
        for _ in 0..<1000 {
            if let address = world.addresses.first(where: { $0.value == AddressKeeperTests.own }) {
                world.delete(address)
            }
            world.pass(.milliseconds(10))
        }
        // A thousand deletions in ten seconds, and ten times a second it is put back.
        #expect((50...120).contains(added(world).count), "put back \(added(world).count) times")
    }
}
