import Foundation

/// How a provider's router advertises itself.
struct Router: Sendable {
    /// Every few seconds; else only when solicited, as many providers do.
    var isTalkative = true
    /// For so many seconds is it to be believed.
    var lifetime = 1800
    /// Whether hosts make themselves addresses of the prefix.
    var isAutonomous = false

    /// radvd.conf(5) for these uplinks.
    func configuration(for uplinks: [Uplink]) -> String {
        uplinks.map { uplink in
            """
            interface \(uplink.farEnd) {
                AdvSendAdvert on;
                MinRtrAdvInterval 3;
                MaxRtrAdvInterval 4;
                MinDelayBetweenRAs 3;
                UnicastOnly \(isTalkative ? "off" : "on");
                AdvRASolicitedUnicast on;
                AdvDefaultLifetime \(lifetime);
                prefix \(uplink.prefix)/64 {
                    AdvOnLink on;
                    AdvAutonomous \(isAutonomous ? "on" : "off");
                };
            };

            """
        }.joined()
    }
}
