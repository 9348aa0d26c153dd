// What keep6's programs do with what they have read: a value that was accepted must be one they can work with.
import Internet
import Netlink

@testable import Configuration
@testable import Presentation
@testable import StateMachines
@testable import Text

/// A guard and the command, without a kernel.
struct Programs {
    private let wish: Wish
    private let snapshot: Snapshot
    private var keeper: Guard
    private var now = Instant(microseconds: 42_000_000)

    /// A guard that has looked at an interface with carrier and addresses.
    init(
        interface: InterfaceIndex?, wish: Wish = Wish(uplink: InterfaceName("eth0")!),
        memory: GuardMemory = GuardMemory()
    ) {
        self.wish = wish
        let index = interface ?? InterfaceIndex(rawValue: 7)
        var snapshot = Snapshot(link: Link(index: index, name: wish.uplink, flags: 0x41))
        snapshot.addresses = ["fe80::2/64", "2001:db8::2/64"].map {
            Address(interface: index, value: InterfaceAddress($0)!)
        }
        snapshot.acceptRA = 2
        snapshot.forwarding = true
        self.snapshot = snapshot
        keeper = Guard(KeptUplink(wish: wish), memory: memory)
        tell(.snapshot(snapshot))
    }

    /// Tells the guard an event, and that everything it wants then is done.
    mutating func tell(_ event: GuardEvent) {
        var actions = keeper.handle(event, at: now)
        for _ in 0..<4 {
            actions = actions.flatMap { keeper.handle(.performed($0), at: now) }
        }
        _ = keeper.memory.text
        _ = keeper.summary
    }

    /// Lets the guard's next deadlines come, and a day.
    mutating func rest() {
        for _ in 0..<4 {
            guard let deadline = keeper.deadline(at: now) else { break }
            now = max(now, deadline)
            tell(.timer)
        }
        now = now.advanced(by: .seconds(86_400))
        tell(.timer)
    }

    /// Shows the state as `keep6 status` does; returns what is wrong with that.
    func show(foundAcceptRA: Int?) -> String? {
        let status = Status(
            KeptUplink(wish: wish, foundAcceptRA: foundAcceptRA), snapshot: snapshot, memory: keeper.memory,
            guardRuns: true, at: now)
        _ = status.screen(isColored: true)
        return status.json.description.utf8.contains { $0 < 0x20 } ? "a control character in JSON" : nil
    }
}
