import StowageTesting
import Warehouse

@testable import Upstream

/// Two hundred facilities and one head office: the real decisions of the sender over books in their
/// plainest form, so that a thousand fleets pass in the time of a test.
struct FleetSimulation {
  /// One facility.
  struct Site {
    var outbox: FleetOutbox
    var sender: Sender?
    var backup: FleetOutbox?
    /// How far its clock is off, in milliseconds.
    var wrongMS: Int64 = 0
    var isOffline = false
    var isFull = false
    /// Subjects that a timeline made which was put back.
    var lostSubjects = 0
    var session = 0
  }

  /// How often what came up, over all facilities.
  struct Seen {
    var stored = 0
    var repeated = 0
    var quarantined = 0
    var resends = 0
    var epochs = 0
    var buried = 0
    var pruned = 0
    var visibleGaps = 0
    var lost = 0
    var torn = 0
    var truncated = 0
    var wrongDigests = 0
    /// Copies that came after later batches had come.
    var reordered = 0
    var hubKills = 0
    var senderKills = 0
    var hubsPutBack = 0
    var hubsMadeAnew = 0
    var sitesPutBack = 0
    var fullHub = 0
    var fullSites = 0
    var weeksOffline = 0
    var clockJumps = 0
  }

  /// A copy of a batch that is still on its way.
  struct Copy {
    var site: Int
    var epoch: Int
    var batch: FleetBatch
  }

  static let daysKept: Int64 = 7
  static let day: Int64 = 86_400_000

  let seed: UInt64
  var generator: SeededGenerator
  var sites: [Site]
  var books: [FleetBooks]
  var backup: [FleetBooks]?
  var instance = 1
  var isHubFull = false
  var now: Int64 = 1_774_746_000_000
  var faults: [String] = []
  var seen = Seen()
  /// When head office first held each batch, by facility: epoch and number packed into one key.
  var durableSince: [[Int64: Int64]]
  /// Copies that the network still holds.
  var late: [Copy] = []
  /// Epochs are plain numbers; the sender wants ids.
  var ids: [PublicID] = []
  /// Whether trouble is over.
  var isCalm = false

  init(seed: UInt64, sites count: Int) {
    self.seed = seed
    generator = SeededGenerator(seed: seed)
    sites = []
    books = Array(repeating: FleetBooks(), count: count)
    durableSince = Array(repeating: [:], count: count)
    for _ in 0..<count { sites.append(Site(outbox: FleetOutbox(epoch: newEpoch()))) }
  }

  mutating func newEpoch() -> Int {
    ids.append(PublicID(at: Instant(ms: 1), random: (UInt64(ids.count), seed)))
    return ids.count - 1
  }

  mutating func chance(_ per1000: UInt64) -> Bool {
    !isCalm && generator.next() % 1_000 < per1000
  }

  mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

  mutating func fault(_ words: String) {
    if faults.count < 5 { faults.append("seed \(seed): \(words)") }
  }

  // MARK: The world

  /// An hour to some days pass, with everything that may happen to head office and to sites.
  mutating func pass() {
    now += Int64(below(100)) * 1_800_000
    if chance(100) {
      now += 21 * Self.day
      seen.weeksOffline += sites.count { $0.isOffline }
    }
    if chance(80) { isHubFull.toggle() }
    if chance(150) { backup = books }
    if chance(60), let backup {
      books = backup
      seen.hubsPutBack += 1
      if chance(300) {
        books = Array(repeating: FleetBooks(), count: sites.count)
        instance += 1
        seen.hubsMadeAnew += 1
      }
      for site in sites.indices { look(site) }
    }
    deliver(all: false)
    for site in sites.indices {
      let dice = generator.next()
      for _ in 0..<(dice % 4) { sites[site].outbox.make(below(6)) }
      switch dice >> 8 % 64 {
      case 0: sites[site].isOffline.toggle()
      case 1: sites[site].sender = nil
      case 2: sites[site].backup = sites[site].outbox
      case 3: putBack(site)
      case 4:
        sites[site].wrongMS = Int64(below(3) - 1) * 365 * Self.day
        seen.clockJumps += 1
      case 5: sites[site].isFull.toggle()
      case 6: loseBatch(site)
      default: break
      }
      if dice >> 16 % 4 != 0 { run(site) }
    }
  }

  /// A facility's database is put back: by the command, which begins a new epoch, or by hand.
  private mutating func putBack(_ site: Int) {
    guard let copy = sites[site].backup else { return }
    sites[site].lostSubjects = max(
      sites[site].lostSubjects,
      sites[site].outbox.revisions.count
    )
    sites[site].outbox = copy
    sites[site].sender = nil
    seen.sitesPutBack += 1
    if generator.next() % 2 == 0 {
      let epoch = newEpoch()
      sites[site].outbox.renew(epoch)
    }
  }

  /// Head office loses one batch in the middle: a gap, which must be seen and closed.
  private mutating func loseBatch(_ site: Int) {
    guard let last = books[site].epochs.indices.last, books[site].epochs[last].batches.count > 2
    else { return }
    let place = below(books[site].epochs[last].batches.count - 1)
    let epoch = books[site].epochs[last].epoch
    books[site].epochs[last].batches.remove(at: place)
    if books[site].standing(epoch).gaps.isEmpty { fault("a gap is not seen") }
    look(site, epoch)
  }

  /// What is missing at head office must be what it says is missing, at every moment.
  ///
  /// Counted number by number, otherwise than `FleetBooks.standing` does it. Looks at one epoch, or
  /// at all of them.
  mutating func look(_ site: Int, _ only: Int? = nil) {
    for (epoch, batches) in books[site].epochs where only == nil || only == epoch {
      let told = books[site].standing(epoch)
      let highest = Int(batches.last?.sequence ?? 0)
      var isHere = [Bool](repeating: false, count: highest + 1)
      for batch in batches {
        for number in batch.first...batch.sequence { isHere[Int(number)] = true }
      }
      var missing: [Int64] = []
      for number in isHere.indices.dropFirst() where !isHere[number] {
        missing.append(Int64(number))
      }
      if told.gaps.flatMap(Array.init) != missing || told.highest != Int64(highest)
        || told.durable != (missing.first ?? Int64(highest) + 1) - 1
      {
        fault("site \(site): \(told) is told where \(missing) are missing of \(highest)")
      }
      if !missing.isEmpty { seen.visibleGaps += 1 }
    }
  }

  /// Copies that the network held arrive, after whatever was sent since.
  mutating func deliver(all: Bool) {
    guard !isHubFull || isCalm else { return }
    let waiting = late
    late = []
    for copy in waiting {
      guard all || below(3) == 0 else {
        late.append(copy)
        continue
      }
      let standing = books[copy.site].standing(copy.epoch)
      if standing.highest > copy.batch.sequence || books[copy.site].epochs.last?.epoch != copy.epoch
      {
        seen.reordered += 1
      }
      store(copy.batch, copy.epoch, copy.site)
    }
  }

  /// What head office does with a batch that came whole.
  @discardableResult
  mutating func store(_ batch: FleetBatch, _ epoch: Int, _ site: Int) -> FleetBooks.Verdict {
    let verdict = books[site].store(batch, epoch)
    switch verdict {
    case .stored:
      seen.stored += 1
      let key = Int64(epoch) << 32 | batch.sequence
      if durableSince[site][key] == nil { durableSince[site][key] = now }
      look(site, epoch)
    case .repeated: seen.repeated += 1
    case .conflicting: seen.quarantined += 1
    }
    return verdict
  }
}
