// Text from elsewhere, made fit for a terminal and for a page.

extension String {
    /// The text, cut to `limit` bytes, with everything but visible characters and spaces written as numbers.
    ///
    /// Control characters drive terminals, and format characters turn the direction of the text after them
    /// (Unicode Standard, 23.2); neither can be in a cause that is only to be read.
    package func printable(limit: Int) -> String {
        var result = ""
        var size = 0
        for scalar in unicodeScalars {
            let word = scalar.isVisible ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            size += word.utf8.count
            guard size <= limit else { return result + "..." }
            result += word
        }
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var isVisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
