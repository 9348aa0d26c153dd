// Which messages belong to an echo, and what they say of it.
import Internet
import Testing

@testable import NeighborDiscovery

@Suite struct EchoTests {
    private static let target = IPv6Address("2001:db8:ffff::1")!
    private static let router = IPv6Address("fe80::1")!
    private let echo = EchoRequest(to: target, identifier: 0x1234, sequence: 7)

    /// The beginning of an IPv6 packet to an address.
    private func packet(to target: IPv6Address, next: UInt8 = 58) -> [UInt8] {
        [0x60, 0, 0, 0, 0, 24, next, 64] + IPv6Address("2001:db8:1::10")!.bytes + target.bytes
    }

    private func answer(_ bytes: [UInt8], from source: IPv6Address = target) -> EchoAnswer? {
        echo.answer(in: bytes[...], from: source)
    }

    @Test("a request has its identifier and its sequence number")
    func request() {
        #expect(echo.bytes.prefix(8).elementsEqual([128, 0, 0, 0, 0x12, 0x34, 0, 7]))
        #expect(echo.bytes.count == 24)
    }

    @Test("a reply comes from the target and has the request's numbers")
    func reply() {
        #expect(answer([129, 0, 9, 9, 0x12, 0x34, 0, 7, 0]) == .reply)
        #expect(answer([129, 0, 9, 9, 0x12, 0x34, 0, 8, 0]) == nil)
        #expect(answer([129, 0, 9, 9, 0x12, 0x35, 0, 7, 0]) == nil)
        #expect(answer([129, 0, 9, 9, 0x12, 0x34, 0, 7], from: Self.router) == nil)
        #expect(answer([129, 0, 9, 9, 0x12]) == nil)
        #expect(answer([128, 0, 9, 9, 0x12, 0x34, 0, 7]) == nil)
    }

    @Test("an error is about this request")
    func errorOfRequest() {
        let head: [UInt8] = [1, 3, 9, 9, 0, 0, 0, 0]
        let error = EchoAnswer.error(type: 1, code: 3, from: Self.router)
        #expect(answer(head + packet(to: Self.target) + echo.bytes, from: Self.router) == error)
        #expect(answer(head + packet(to: Self.router) + echo.bytes, from: Self.router) == nil)
        #expect(answer(head + packet(to: Self.target, next: 17) + echo.bytes, from: Self.router) == nil)
        let other = EchoRequest(to: Self.target, identifier: 1)
        #expect(answer(head + packet(to: Self.target) + other.bytes, from: Self.router) == nil)
        for length in 0..<(head + packet(to: Self.target)).count + 8 {
            let bytes = Array((head + packet(to: Self.target) + echo.bytes).prefix(length))
            #expect(answer(bytes, from: Self.router) == nil, "\(length) bytes")
        }
    }

    @Test func errorsHaveWords() {
        #expect(EchoAnswer.words(type: 1, code: 3) == "host unreachable")
        #expect(EchoAnswer.words(type: 1, code: 0) == "no route to it")
        #expect(EchoAnswer.words(type: 3, code: 0) == "hop limit exceeded")
    }
}
