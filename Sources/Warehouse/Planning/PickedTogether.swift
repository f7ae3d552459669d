/// One order as slotting sees it: what was picked together.
public struct OrderBasket: Sendable, Equatable {
  /// A line: a material and how much of it.
  public struct Line: Sendable, Equatable {
    /// The material.
    public var material: MaterialID
    /// How much was ordered, in milli base units.
    public var quantityMilli: Int64

    /// Makes a line.
    public init(material: MaterialID, quantityMilli: Int64) {
      self.material = material
      self.quantityMilli = quantityMilli
    }
  }

  /// The order.
  public var order: Key<OutboundOrder>
  /// The day on which it was due.
  public var day: LocalDay
  /// Its lines.
  public var lines: [Line]

  /// Makes a basket.
  public init(order: Key<OutboundOrder>, day: LocalDay, lines: [Line]) {
    self.order = order
    self.day = day
    self.lines = lines
  }
}

/// How much more often one material is picked with another than chance would have it.
public struct SKUAffinity: Sendable, Equatable {
  /// The material asked about.
  public var material: MaterialID
  /// The other one.
  public var other: MaterialID
  /// Orders with both.
  public var orders: Int
  /// Their share of all orders.
  public var support: Double
  /// The share of the orders with `material` that have `other` too.
  public var confidence: Double
  /// How many times as often as chance, shrunk towards 1 where there is little to go by.
  public var lift: Double

  /// States an affinity.
  public init(
    material: MaterialID,
    other: MaterialID,
    orders: Int,
    support: Double,
    confidence: Double,
    lift: Double
  ) {
    self.material = material
    self.other = other
    self.orders = orders
    self.support = support
    self.confidence = confidence
    self.lift = lift
  }
}

/// What one look at the orders and the layout of the site came to.
public struct SlottingRun: Sendable, Equatable {
  /// Mean tours over orders that nothing was fitted to, in millimetres.
  public struct Trial: Sendable, Equatable {
    /// How many orders were held back for it.
    public var heldOutOrders: Int
    /// Goods laid at random.
    public var randomMM: Double
    /// Goods laid by their class.
    public var classMM: Double
    /// Goods laid by their class.and by what is picked along.
    public var affinityMM: Double
    /// What the latter surely saves of a tour; 0 where chance explains it.
    public var gainMM: Double

    /// Makes a trial's figures.
    public init(
      heldOutOrders: Int,
      randomMM: Double,
      classMM: Double,
      affinityMM: Double,
      gainMM: Double
    ) {
      self.heldOutOrders = heldOutOrders
      self.randomMM = randomMM
      self.classMM = classMM
      self.affinityMM = affinityMM
      self.gainMM = gainMM
    }
  }

  /// Grows with every run; 0 before it is stored.
  public var number: Int64
  /// When it was made.
  public var at: Instant
  /// The first day whose orders it saw.
  public var from: LocalDay
  /// The last one.
  public var through: LocalDay
  /// How the site walks its aisles, by name.
  public var routing: String
  /// What the layout was made from, by name.
  public var layout: String
  /// How many orders it saw.
  public var orders: Int
  /// How many pairs of materials have support.
  public var pairs: Int
  /// What was measured; nil with too few orders.
  public var trial: Trial?
  /// What a pick from each place costs, in millimetres.
  public var pickMM: [LocationID: Int64]

  /// Makes a run.
  public init(
    number: Int64 = 0,
    at: Instant,
    from: LocalDay,
    through: LocalDay,
    routing: String,
    layout: String,
    orders: Int,
    pairs: Int,
    trial: Trial?,
    pickMM: [LocationID: Int64]
  ) {
    self.number = number
    self.at = at
    self.from = from
    self.through = through
    self.routing = routing
    self.layout = layout
    self.orders = orders
    self.pairs = pairs
    self.trial = trial
    self.pickMM = pickMM
  }
}
