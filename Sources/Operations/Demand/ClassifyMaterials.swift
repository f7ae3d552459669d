import Warehouse

/// Sets the ABC classes of all materials: by order lines for slotting, by value for service.
///
/// The materials are ranked; those that together make up the first 80 % are A, the next 15 % B, the
/// rest C (cut-offs in the settings). A material that crosses a cut gets the higher class, and one
/// without a figure is C (Pareto's rule as the trade applies it; Silver, Pyke and Peterson 1998,
/// chapter 3). The pick class counts the days on which a material was asked for within 90 days, the
/// value class its demand of a year at its unit cost.
public struct ClassifyMaterials: Sendable {
  private let environment: OperationsEnvironment

  /// Stands on the environment.
  public init(_ environment: OperationsEnvironment) {
    self.environment = environment
  }

  /// What was set.
  public struct Report: Sendable, Equatable {
    /// Materials that were looked at.
    public var materials = 0
    /// Materials whose class changed.
    public var changed = 0

    /// The report in a sentence.
    public var sentence: String {
      "Classified \(materials) materials; \(changed) changed their class."
    }
  }

  /// Classifies all materials in scope, in slices.
  public func callAsFunction(
    scope: TenantScope,
    mayContinue: () -> Bool = { true }
  ) throws -> Report {
    let store = environment.store
    let today = environment.today
    var materials: [MaterialID: Material] = [:]
    var lines: [MaterialID: Double] = [:]
    var values: [MaterialID: Double] = [:]
    let keys = try store.read(scope) { Array(try $0.materialKeys().values) }
    for slice in keys.sliced(by: Limits.sliceRows) where mayContinue() {
      try store.read(scope) { transaction in
        materials.merge(try transaction.materials(slice)) { old, _ in old }
        for id in slice {
          let year = try transaction.demand(id, from: today.adding(days: -365), through: today)
          let recent = today.adding(days: -90)
          lines[id] = Double(year.count { $0.day >= recent && $0.quantityMilli > 0 })
          let units = year.reduce(0.0) { $0 + Double(max(0, $1.quantityMilli)) / 1_000 }
          values[id] = units * Double(materials[id]?.draft.unitCostMinor ?? 0)
        }
      }
    }
    let pick = classes(lines)
    let value = classes(values)
    var report = Report(materials: materials.count)
    let changed = materials.values.filter {
      $0.draft.pickClass != pick[$0.id] || $0.draft.valueClass != value[$0.id]
    }
    for slice in Array(changed).sliced(by: Limits.sliceRows) where mayContinue() {
      try store.write(scope) { transaction in
        for material in slice {
          try transaction.setClasses(
            material.id,
            pick: pick[material.id],
            value: value[material.id]
          )
        }
      }
      report.changed += slice.count
    }
    return report
  }

  private func classes(_ figures: [MaterialID: Double]) -> [MaterialID: ABCClass] {
    let settings = environment.settings.classes
    let total = figures.values.reduce(0, +)
    var sum = 0.0
    var classes: [MaterialID: ABCClass] = [:]
    let ranked = figures.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key
    }
    for (id, figure) in ranked {
      // The share before it counts, so that the one that crosses a cut is still above it.
      let share = total > 0 ? sum / total : 1
      classes[id] =
        figure <= 0 ? .c : share < settings.shareA ? .a : share < settings.shareAB ? .b : .c
      sum += figure
    }
    return classes
  }
}
