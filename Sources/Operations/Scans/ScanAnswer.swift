import Barcodes
import Warehouse
import WireFormat

/// The answer to one beep.
public struct ScanAnswer: Sendable, JSONDocument {
  /// What was found out.
  let finding: ScanFinding
  /// What it advances.
  let step: ScanStep
  /// The number under which the recent scans show it.
  public var number: Int64 = 0
  private let entry: EntryMethod
  private var lot: LotView?
  private var material: MaterialView?
  private var receipt: ReceiptView?

  /// What sort of thing it is.
  public var kind: ScanKind { finding.kind }

  init(
    _ finding: ScanFinding,
    _ step: ScanStep,
    entry: EntryMethod,
    _ environment: OperationsEnvironment,
    in transaction: any ReadTransaction
  ) throws {
    self.finding = finding
    self.step = step
    self.entry = entry
    switch finding.meaning {
    case .lot(let found):
      var view = try LotView(found, in: transaction)
      let lines = try transaction.stock(StockFilter(lot: found.id), PageRequest(limit: 50)).rows
      view.stock = lines
      lot = view
    case .material(let found, _, _): material = try MaterialView(found, in: transaction)
    case .unit(_, let found): material = try found.map { try MaterialView($0, in: transaction) }
    case .receipt(let found): receipt = try ReceiptView(found, environment, in: transaction)
    default: break
    }
  }

  /// Writes what it is, what it advances, and what the reader found on the label.
  public func write(to writer: inout JSONWriter) {
    writer.object { body in
      body.member("scan", number)
      body.member("kind", kind.rawValue)
      body.member("entry", entry.rawValue)
      body.member("text", finding.scan.text)
      writeThing(&body)
      if let task = step.task { body.member("task", document: task) }
      body.member("tasks", documents: step.tasks)
      body.member("actions", documents: step.actions)
      body.array("readings") { list in
        for reading in finding.readings {
          list.object {
            $0.member("kind", reading.kind.rawValue)
            $0.member("text", reading.text)
            $0.member("words", reading.words)
            $0.member("known", reading.isKnown)
          }
        }
      }
      body.member("next", step.next)
      body.member("warnings", documents: finding.warnings + step.warnings)
      body.key("label")
      writeLabel(&body)
    }
  }

  private func writeThing(_ body: inout JSONWriter) {
    switch finding.meaning {
    case .location(let place, _), .checkCode(let place, _):
      body.member("location", place.code)
      body.member("check_code_required", place.draft.checkCode != nil)
    case .lot: if let lot { body.member("lot", document: lot) }
    case .material(_, let number, let packaging):
      if let material { body.member("material", document: material) }
      body.member("lot_number", number)
      if let packaging { body.member("packaging", packaging.name) }
    case .unit(let plate, _):
      body.member("sscc", plate)
      if let material { body.member("material", document: material) }
    case .receipt: if let receipt { body.member("receipt", document: receipt) }
    case .order(let order): body.member("number", order.draft.number)
    case .purchaseOrder(let order): body.member("number", order.draft.number)
    case .badge(let badge): body.member("badge", badge)
    case .command(let command): body.member("command", command.rawValue)
    case nil: break
    }
  }

  /// What stands on the label, and everything that is wrong with it.
  private func writeLabel(_ body: inout JSONWriter) {
    let scan = finding.scan
    body.object { label in
      label.member("symbology", scan.symbology?.name)
      label.array("elements") { list in
        for element in scan.elements {
          list.object {
            $0.member("id", element.identifier)
            $0.member("value", element.value)
          }
        }
      }
      label.member("human_readable", scan.elements.isEmpty ? nil : scan.humanReadable)
      label.member("expiry", day: scan.expiry ?? scan.bestBefore)
      label.member("count", scan.count)
      label.member("conformant", scan.elements.isEmpty ? nil : JSONValue.bool(scan.isConformant))
      for (name, findings) in [
        ("faults", scan.faults), ("incomplete", scan.warnings), ("forgiven", scan.repairs),
      ] {
        label.array(name) { list in
          for finding in findings {
            list.object {
              $0.member("code", finding.code.rawValue)
              $0.member("id", finding.identifier)
              $0.member("message", finding.message)
            }
          }
        }
      }
    }
  }
}
