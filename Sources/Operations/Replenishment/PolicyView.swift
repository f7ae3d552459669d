import Replenishment
import Warehouse
import WireFormat

/// A material's stock policy as it is shown: what to hold, when to order, and why.
public struct PolicyView: Sendable, JSONDocument {
  /// The material.
  public var material: Material
  /// The supplier's code; nil where nobody supplies it.
  public var supplierCode: String?
  /// Lead time in days.
  public var leadTimeDays: Double
  /// What was worked out.
  public var advice: ReplenishmentAdvice

  /// Writes the policy as JSON.
  public func write(to writer: inout JSONWriter) {
    writer.object { out in
      out.member("material", material.code)
      out.member("unit", material.draft.baseUnit.rawValue)
      out.member("supplier", supplierCode)
      out.member("value_class", material.draft.valueClass?.rawValue)
      out.member("service_level", advice.serviceLevel)
      out.member("lead_time_days", leadTimeDays)
      advice.writeMembers(to: &out)
    }
  }
}

extension ReplenishmentAdvice {
  /// Writes what is advised as members of an object.
  func writeMembers(to out: inout JSONWriter) {
    out.member("protection_days", protectionDays)
    out.member("safety_stock", milli: safetyStockMilli)
    out.member("reorder_point", milli: reorderPointMilli)
    out.member("maximum", milli: maximumMilli)
    out.member("economic_order_quantity", milli: economicMilli)
    out.member("usual_order_quantity", milli: usualOrderMilli)
    out.object("textbook") { entry in
      entry.member("safety_stock", milli: textbook.safetyStockMilli)
      entry.member("reorder_point", milli: textbook.reorderPointMilli)
    }
    out.object("position") { entry in
      entry.member("on_hand", milli: onHandMilli)
      entry.member("on_order", milli: onOrderMilli)
      entry.member("open_orders", milli: reservedMilli)
      entry.member("inventory_position", milli: positionMilli)
    }
    out.member("stock_out_day", day: stockOutDay)
    out.member("days_until_stockout", daysUntilStockOut)
    out.member("stock_out_probability", ForecastView.rounded(stockOutProbability))
    out.member("urgency", urgency.rawValue)
    out.member("suggested_quantity", milli: quantityMilli)
    out.member("excess", milli: excessMilli)
    out.member("order_by", day: orderBy)
    out.member("reasons", reasons)
  }
}

/// Works out policies for many materials: joins forecast, terms and position.
struct PolicyDesk {
  let environment: OperationsEnvironment

  /// The policies of the materials that have an active forecast, in the order given.
  func policies(
    _ ids: [MaterialID],
    in transaction: any ReadTransaction
  ) throws -> [PolicyView] {
    let materials = try transaction.materials(ids)
    let forecasts = try transaction.forecasts(ids)
    let terms = try transaction.supplyTerms(ids)
    let positions = try transaction.supplyPositions(ids)
    return try ids.compactMap { id in
      guard let material = materials[id], let forecast = forecasts[id] else { return nil }
      let offer = terms[id]?.first
      let policy = try policy(material, offer, transaction)
      let advice = try Replenisher.advice(
        today: environment.today,
        outlook: DemandOutlook(forecast),
        policy: policy,
        supply: positions[id] ?? SupplyPosition(onHandMilli: 0, onOrder: [], openOrders: [])
      )
      return PolicyView(
        material: material,
        supplierCode: offer?.supplierCode,
        leadTimeDays: policy.leadTimeDays,
        advice: advice
      )
    }
  }

  /// By which rules a material is replenished, from a supplier's offer where there is one.
  func policy(
    _ material: Material,
    _ offer: SupplyTerms?,
    _ transaction: any ReadTransaction
  ) throws -> StockPolicy {
    let settings = environment.settings.replenishment
    // A critical material is promised what class A is.
    let valueClass = material.draft.isCritical ? .a : material.draft.valueClass
    let level = settings.serviceLevel(of: valueClass)
    let service: ServiceTarget = settings.isFillRate ? .fillRate(level) : .cycle(level)
    // What is counted is ordered whole, whatever the terms leave open.
    let least: Int64 = material.draft.baseUnit.isWhole ? 1_000 : 1
    guard var offer else {
      return StockPolicy(
        leadTimeDays: settings.defaultLeadTimeDays,
        reviewDays: settings.reviewDays,
        service: service,
        multipleMilli: least,
        unitCostMinor: material.draft.unitCostMinor ?? 0,
        shelfLifeDays: material.draft.shelfLifeDays,
        maximumCoverDays: settings.maximumCoverDays
      )
    }
    offer.multipleMilli = (max(1, offer.multipleMilli) - 1) / least * least + least
    if offer.isInWorkingDays { offer = try calendarDays(offer, transaction) }
    return StockPolicy(
      terms: offer,
      service: service,
      reviewDays: settings.reviewDays,
      shelfLifeDays: material.draft.shelfLifeDays,
      maximumCoverDays: settings.maximumCoverDays
    )
  }

  /// The same terms in calendar days: the working days are counted off in the facility's calendar.
  private func calendarDays(
    _ offer: SupplyTerms,
    _ transaction: any ReadTransaction
  ) throws -> SupplyTerms {
    var offer = offer
    let today = environment.today
    let reach = today.adding(days: Int(offer.leadTimeDays.rounded(.up)) * 3 + 30)
    let closed = try transaction.closedDays(from: today, through: reach)
    var left = Int(offer.leadTimeDays.rounded(.up))
    var day = today
    while left > 0, day < reach {
      day = day.adding(days: 1)
      if day.weekday < 5, !closed.contains(day) { left -= 1 }
    }
    offer.leadTimeDays = Double(today.days(to: day))
    return offer
  }
}

extension ForecastQueries {
  /// The stock policy of a material.
  public func policy(material code: String, scope: TenantScope) throws -> PolicyView {
    try environment.store.read(scope) { transaction in
      let material = try environment.material(code, in: transaction)
      guard try transaction.activeRun() != nil else { throw Self.noRun }
      guard
        let view = try PolicyDesk(environment: environment)
          .policies([material.id], in: transaction).first
      else {
        throw Failure(
          .notFound,
          "There is no policy for \(material.code): it has no active forecast.",
          hint: "Record or import its demand, then run the forecasts."
        )
      }
      return view
    }
  }
}
