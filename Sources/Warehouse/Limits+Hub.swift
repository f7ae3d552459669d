extension Limits {
  // MARK: Hub

  /// How far ahead of the newest one a batch's number may be at head office.
  public static let sequenceLead: Int64 = 1_000_000
  /// Ranges of missing batches that an answer lists, at most.
  public static let listedGaps = 100
  /// Batches with a number that is taken by other bytes, kept per facility.
  public static let quarantinedBatches = 100
  /// Rows of one answer of head office's queries.
  public static let hubRows = 100_000
  /// Batches that head office stores or has waiting at a time; one more is put off.
  public static let hubIntake = 64
  /// Facilities that head office tells apart in its metrics.
  public static let hubMetricFacilities = 2_000
  /// Bytes of a line of an export that is carried to head office: a packed batch in base64 (gzip
  /// makes a body larger by a few bytes at worst), with its identity.
  public static let exportLineBytes = 3 * 1_024 * 1_024 / 2
}
