import Operations

/// Links as QR codes for terminals.
public enum LinkLines {
  /// The code of a link in half blocks, two rows to a line; empty where the link is too long.
  public static func of(_ link: String) -> [String] { LinkPicture.blocks(of: link) }
}
