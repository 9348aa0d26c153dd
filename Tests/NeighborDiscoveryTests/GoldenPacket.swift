// Messages as they were on the wire, and the commands that put them there.

/// Bytes of ICMPv6 messages, captured between two network namespaces, kernel 6.18.
///
/// The namespaces were joined by a veth pair, `v0` (02:00:00:00:00:01) at the router and `v1` (02:00:00:00:00:02)
/// at the host, where `tcpdump -i v1 -w - icmp6 | tcpdump -x -r -` read them; the IPv6 header is left out.
enum GoldenPacket {
    /// radvd 2.19, started with
    /// ```
    /// interface v0 {
    ///     AdvSendAdvert on; AdvManagedFlag on; AdvOtherConfigFlag on; AdvDefaultPreference high; AdvLinkMTU 1480;
    ///     AdvReachableTime 30000; AdvRetransTimer 1000; AdvCurHopLimit 64; AdvDefaultLifetime 1800;
    ///     prefix 2001:db8:1::/64 { AdvValidLifetime 86400; AdvPreferredLifetime 14400; };
    ///     prefix 2001:db8:2::/64 { AdvOnLink off; AdvValidLifetime infinity; AdvPreferredLifetime infinity; };
    ///     route 2001:db8:ff::/48 { AdvRoutePreference low; AdvRouteLifetime 600; };
    ///     RDNSS 2001:db8::53 { AdvRDNSSLifetime 1200; };
    ///     DNSSL example.org { AdvDNSSLLifetime 1200; };
    /// };
    /// ```
    static let everyOption = bytes("8600 8993 40c8 0708 0000 7530 0000 03e8") + prefixes + others

    /// The same radvd, ended by SIGTERM: the router withdraws itself.
    static let withdrawal =
        bytes("8600 9c53 40c8 0000 0000 7530 0000 03e8") + prefixes
        + bytes(
            """
            1803 3018 0000 0000 2001 0db8 00ff 0000 0000 0000 0000 0000
            1903 0000 0000 0000 2001 0db8 0000 0000 0000 0000 0000 0053
            1f03 0000 0000 0000 0765 7861 6d70 6c65 036f 7267 0000 0000
            0501 0000 0000 05c8 0101 0200 0000 0001
            """)

    /// radvd 2.19, `AdvSendAdvert on; AdvDefaultPreference low; AdvDefaultLifetime 9000; AdvSourceLLAddress off;`
    static let noOption = bytes("8600 19ef 4018 2328 0000 0000 0000 0000")

    /// `rdisc6 -1 v1` (ndisc6 1.0.5).
    static let solicitation = bytes("8500 7e35 0000 0000")

    /// The kernel's own, when v1 came up.
    static let solicitationWithAddress = bytes("8500 7b2a 0000 0000 0101 0200 0000 0002")

    /// The router's kernel (forwarding=1), asked by `ndisc6 -1 fe80::ff:fe00:1 v1`.
    static let routerAnswers = bytes(
        "8800 9b1b e000 0000 fe80 0000 0000 0000 0000 00ff fe00 0001 0201 0200 0000 0001")

    /// The host's kernel (forwarding=0), asked by `ndisc6 -1 fe80::ff:fe00:2 v0`.
    static let hostAnswers = bytes(
        "8800 1b1a 6000 0000 fe80 0000 0000 0000 0000 00ff fe00 0002 0201 0200 0000 0002")

    /// The router's kernel (ndisc_notify=1), after `ip link set v0 address 02:00:00:00:00:03`.
    static let routerMoved = bytes(
        "8800 d998 a000 0000 fe80 0000 0000 0000 0000 00ff fe00 0001 0201 0200 0000 0003")

    private static let prefixes = bytes(
        """
        0304 40c0 0001 5180 0000 3840 0000 0000 2001 0db8 0001 0000 0000 0000 0000 0000
        0304 4040 ffff ffff ffff ffff 0000 0000 2001 0db8 0002 0000 0000 0000 0000 0000
        """)

    private static let others = bytes(
        """
        1803 3018 0000 0258 2001 0db8 00ff 0000 0000 0000 0000 0000
        1903 0000 0000 04b0 2001 0db8 0000 0000 0000 0000 0000 0053
        1f03 0000 0000 04b0 0765 7861 6d70 6c65 036f 7267 0000 0000
        0501 0000 0000 05c8 0101 0200 0000 0001
        """)

    /// The bytes written in hexadecimal, as tcpdump -x has them.
    static func bytes(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue).map(UInt8.init)
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
