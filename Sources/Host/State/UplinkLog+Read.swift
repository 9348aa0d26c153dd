// Reads what is stored of an uplink, and reports a file that is of no use.
import Internet
import Linux

extension UplinkLog {
    /// The file's value; nil if there is no such file.
    ///
    /// A file that cannot be read, or is truncated or foreign, is logged with what follows from that; its value is `empty`.
    func read<Value>(
        _ path: String, orElse consequence: String, empty: Value? = nil, _ parse: (String) throws(Malformed) -> Value
    ) -> Value? {
        let text: String
        do {
            guard let found = try StateFile.read(path) else { return nil }
            text = found
        } catch {
            warning("\(error); \(consequence).")
            return empty
        }
        do { return try parse(text) } catch {
            warning("\(path) cannot be read (\(error)); \(consequence).")
            return empty
        }
    }
}
