/// Beam search over loads (BSG of Araya and Riff, 2014).
///
/// Each state of the beam tries its few best blocks for the next space; every child is judged by
/// loading it to the end greedily, and the best children live on. A beam that has run out is
/// followed by a wider one. Every greedy completion is a whole load, so the best is always at hand.
/// One judged child, or one state of the beam that could not go on, is one step.
struct LoadBeam {
  let rules: LoadRules
  let start: LoadState
  /// Width of the present beam.
  private(set) var width = 1
  /// The best load found.
  private(set) var best: LoadState
  private var beam: [(state: LoadState, value: Int64)]
  private var children: [(state: LoadState, value: Int64)] = []
  private var parent = 0
  private var options: [LoadState.Option] = []
  private var opened: LoadState?
  private var choice = 0
  /// Whether this beam has left out nothing so far.
  private var isWhole = true
  /// Whether every load that the rules can make has been tried.
  private(set) var isSpent = false
  /// Volume beyond which nothing can be gained.
  private let limit: Int64
  /// What loading greedily from the start comes to.
  private let firstValue: Int64

  init(_ rules: LoadRules, start: LoadState, limit: Int64) {
    self.rules = rules
    self.start = start
    self.limit = limit
    best = start
    _ = best.finish(rules)
    firstValue = best.volume
    beam = [(start, best.volume)]
  }

  /// Whether the room is as full as it can be.
  var isFull: Bool { best.volume >= limit }

  /// Does one step; returns whether the best load became better, or nil where it was cut short.
  mutating func step(while mayContinue: () -> Bool) -> Bool? {
    if opened == nil { open() }
    guard var child = opened, choice < options.count else {
      opened = nil
      parent += 1
      if parent >= beam.count { turn() }
      return false
    }
    child.place(options[choice], rules)
    // The first option is what the greedy completion of the parent took: its value is known.
    if choice == 0 {
      children.append((child, beam[parent].value))
      choice += 1
      return false
    }
    var whole = child
    guard whole.finish(rules, while: mayContinue) else { return nil }
    children.append((child, whole.volume))
    choice += 1
    if whole.volume > best.volume {
      best = whole
      return true
    }
    return false
  }

  /// Takes the next state of the beam and its options.
  private mutating func open() {
    var state = beam[parent].state
    options = state.options(rules, keep: width) ?? []
    if options.count == width { isWhole = false }
    opened = state
    choice = 0
  }

  /// Makes the best children the beam, or starts a wider one.
  private mutating func turn() {
    parent = 0
    // Stable: equal values keep the order in which they were made. Equal loads count once.
    let ranked = children.enumerated().sorted {
      $0.element.value != $1.element.value
        ? $0.element.value > $1.element.value : $0.offset < $1.offset
    }
    children.removeAll(keepingCapacity: true)
    beam.removeAll(keepingCapacity: true)
    for (_, child) in ranked {
      let isKnown = beam.contains {
        $0.value == child.value && $0.state.volume == child.state.volume
          && $0.state.left == child.state.left
      }
      if isKnown { continue }
      if beam.count == width {
        isWhole = false
        break
      }
      beam.append(child)
    }
    if beam.isEmpty {
      isSpent = isWhole
      isWhole = true
      width = max(width + 1, width * 141 / 100)
      beam = [(start, firstValue)]
    }
  }
}
