// A program that the kernel runs on each message before it queues it to a socket.
import CLinux

/// A classic BPF program, as a list of statements (linux/filter.h, kernel Documentation/networking/filter.rst).
package struct SocketFilter {
    private var program: [sock_filter] = []

    package init() {}

    package var count: Int { program.count }

    /// How many bytes of a packet to load.
    package enum Width {
        case byte, half, word

        fileprivate var code: Int32 { self == .byte ? BPF_B : self == .half ? BPF_H : BPF_W }
    }

    /// The offset of the network header, for a load.
    package static let networkHeader = UInt32(bitPattern: SKF_NET_OFF)

    /// The offset of the link-layer header, for a load.
    package static let linkHeader = UInt32(bitPattern: SKF_LL_OFF)

    /// Loads bytes of the packet, as a number in host order.
    package mutating func load(_ width: Width, at place: UInt32) {
        append(BPF_LD | width.code | BPF_ABS, place)
    }

    /// Clears the loaded bits that are not in the mask.
    package mutating func mask(_ bits: UInt32) { append(BPF_ALU | BPF_AND | BPF_K, bits) }

    /// Compares the loaded value, and skips this many statements.
    package mutating func skip(_ equal: Int, ifEqual value: UInt32, else other: Int) {
        append(BPF_JMP | BPF_JEQ | BPF_K, value, equal, other)
    }

    /// Skips statements if any of these bits is set, or none.
    package mutating func skip(_ set: Int, ifAnyOf bits: UInt32, else other: Int) {
        append(BPF_JMP | BPF_JSET | BPF_K, bits, set, other)
    }

    /// Drops the message unless the loaded value is this one.
    package mutating func require(_ value: UInt32) {
        skip(1, ifEqual: value, else: 0)
        drop()
    }

    /// Appends the statements of another program.
    package mutating func append(_ other: SocketFilter) { program += other.program }

    /// Accepts the whole message.
    package mutating func accept() { append(BPF_RET | BPF_K, .max) }

    package mutating func drop() { append(BPF_RET | BPF_K, 0) }

    private mutating func append(_ code: Int32, _ value: UInt32, _ equal: Int = 0, _ other: Int = 0) {
        program.append(sock_filter(code: UInt16(code), jt: UInt8(equal), jf: UInt8(other), k: value))
    }

    /// Attaches the program to a socket, in place of the previous one.
    package func attach(to socket: borrowing Descriptor) throws(SystemError) {
        var program = self.program
        let count = UInt16(program.count)
        // Swift 6.0 forgets the type of an error that a closure throws, so the closure returns it.
        let failure = program.withUnsafeMutableBufferPointer { pointer -> SystemError? in
            do throws(SystemError) {
                try socket.set(
                    SOL_SOCKET, SO_ATTACH_FILTER, sock_fprog(len: count, filter: pointer.baseAddress),
                    "attach a filter to a socket")
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }
}
