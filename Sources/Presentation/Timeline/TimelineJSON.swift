// A timeline for programs.
import Internet
import Text

extension Timeline {
    /// One JSON object (RFC 8259); times are microseconds since 1970 in UTC.
    package var json: JSON {
        let spans = spans.map { span in
            JSON.object([
                ("state", .string(span.state.rawValue)), ("from", .number(span.from.microseconds)),
                ("to", .number(span.to.microseconds)), ("cause", span.cause.map { .string($0) } ?? .null),
            ])
        }
        let outages = outages.map { outage in
            JSON.object([
                ("from", .number(outage.from.microseconds)), ("microseconds", .number(outage.length.microseconds)),
                ("cause", .string(cause(of: outage))), ("over", .boolean(!isOpen(outage))),
            ])
        }
        return .object([
            ("uplink", .string(uplink.description)), ("from", .number(window.lowerBound.microseconds)),
            ("to", .number(window.upperBound.microseconds)),
            ("watched_microseconds", .number(time(in: [.online, .degraded, .waiting, .offline]).microseconds)),
            ("online_microseconds", .number(time(in: [.online, .degraded]).microseconds)),
            ("outages", .array(outages)), ("spans", .array(spans)),
        ])
    }
}
