/// Which release of Stowage this is; the box and head office's receiver carry the same number.
public enum Release {
  /// The version, as the Debian package has it.
  public static let version = "0.1.0"
}
