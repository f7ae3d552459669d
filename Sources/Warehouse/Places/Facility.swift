/// The one warehouse that this box serves.
public struct Facility: Sendable, Equatable {
  /// The code by which head office knows it.
  public var code: String
  /// What people call it.
  public var name: String
  /// The IANA name of its time zone.
  public var timeZone: String
  /// ISO 4217 code of its currency.
  public var currency: String
  /// Its GLN, 13 digits.
  public var gln: String?
  /// A random id minted when the database was created or restored; part of each batch's identity.
  public var epoch: PublicID

  /// Makes a facility.
  public init(
    code: String,
    name: String,
    timeZone: String,
    currency: String,
    gln: String?,
    epoch: PublicID
  ) {
    self.code = code
    self.name = name
    self.timeZone = timeZone
    self.currency = currency
    self.gln = gln
    self.epoch = epoch
  }
}

/// How full a part of the warehouse is.
public struct Utilization: Sendable, Equatable {
  /// The zone; empty for the whole facility.
  public var zone: String
  /// Storage locations in it.
  public var locations: Int
  /// Of them, those that hold something.
  public var occupied: Int
  /// Mean utilisation of its locations: the largest of the volume, weight and unit shares each.
  public var averageRatio: Double
  /// Locations above their capacity: a data error or a late fact.
  public var overfull: Int

  /// Makes a figure.
  public init(
    zone: String,
    locations: Int,
    occupied: Int,
    averageRatio: Double,
    overfull: Int
  ) {
    self.zone = zone
    self.locations = locations
    self.occupied = occupied
    self.averageRatio = averageRatio
    self.overfull = overfull
  }
}
