import Synchronization

/// One lot that lies in a location, or is promised to it.
///
/// A full hall keeps a million of them in memory, and copies those of a place with every commit
/// that touches it. So one takes 32 bytes and holds nothing that is counted: what it shares with
/// many others, owner and classes, is kept once (``OccupantTraits``).
public struct Occupant: Sendable, Equatable {
  /// The lot.
  public var lot: LotID
  /// Its material.
  public var material: MaterialID
  /// What it shares with many others.
  public var traits: OccupantTraits
  /// The day that orders it for issue: its expiry, or without one the day of its receipt.
  public var expiry: LocalDay?
  /// Whether it is promised only, not yet there.
  public var isReserved: Bool
  /// The day of its receipt.
  public var receivedDay: LocalDay

  /// Makes an occupant from its figures.
  public init(
    lot: LotID,
    material: MaterialID,
    traits: OccupantTraits,
    expiry: LocalDay?,
    receivedDay: LocalDay,
    isReserved: Bool
  ) {
    self.lot = lot
    self.material = material
    self.traits = traits
    self.expiry = expiry
    self.isReserved = isReserved
    self.receivedDay = receivedDay
  }

  /// Makes an occupant from its figures and its owner and classes.
  public init(
    lot: LotID,
    material: MaterialID,
    tenant: TenantID,
    hazardClass: String?,
    fscClaim: String?,
    expiry: LocalDay?,
    receivedDay: LocalDay,
    isReserved: Bool
  ) {
    self.init(
      lot: lot,
      material: material,
      traits: OccupantTraits(tenant: tenant, hazardClass: hazardClass, fscClaim: fscClaim),
      expiry: expiry,
      receivedDay: receivedDay,
      isReserved: isReserved
    )
  }

  /// Its owner.
  public var tenant: TenantID { traits.values.tenant }
  /// The hazard class of the material.
  public var hazardClass: String? { traits.values.hazardClass }
  /// The FSC claim of the lot.
  public var fscClaim: String? { traits.values.fscClaim }
}

/// Owner, hazard class and FSC claim of goods: one small number for each combination there is.
///
/// The numbers are given out as combinations come up and hold for the life of the process; equal
/// numbers mean equal values. A hall has some dozens of them.
public struct OccupantTraits: Sendable, Hashable {
  /// The values behind a number.
  public struct Values: Sendable, Hashable {
    /// The owner.
    public var tenant: TenantID
    /// The hazard class of the material.
    public var hazardClass: String?
    /// The FSC claim of the lot.
    public var fscClaim: String?
  }

  private struct Book {
    var values: [Values] = []
    var numbers: [Values: UInt32] = [:]
  }

  private static let book = Mutex(Book())

  private let number: UInt32

  /// The number of a combination.
  public init(tenant: TenantID, hazardClass: String?, fscClaim: String?) {
    let values = Values(tenant: tenant, hazardClass: hazardClass, fscClaim: fscClaim)
    number = Self.book.withLock { book in
      if let known = book.numbers[values] { return known }
      let new = UInt32(book.values.count)
      book.values.append(values)
      book.numbers[values] = new
      return new
    }
  }

  /// The combination behind the number.
  public var values: Values { Self.book.withLock { $0.values[Int(number)] } }
}
