import Barcodes

/// Links as QR codes, for handhelds that read them from a screen.
public enum LinkPicture {
  /// A link as an SVG document; nil where it is too long for a code that a handheld reads at once.
  public static func svg(of link: String) -> String? { QRSymbol(link)?.svg }

  /// A link as lines of half blocks, for a terminal.
  public static func blocks(of link: String) -> [String] { QRSymbol(link)?.blocks ?? [] }
}
