import Warehouse
import WireFormat

extension ScanSteps {
  /// An article: goods of it can be received.
  func article(
    _ material: Material,
    _ lotNumber: String?,
    _ packaging: PackagingMatch?
  ) -> ScanStep {
    var line = JSONObject()
    line["material"] = .string(material.code)
    if let lotNumber { line["lot"] = .string(lotNumber) }
    if let packaging {
      let text = DecimalText.text(packaging.quantityMilli, decimals: 3)
      line["handling_unit_quantity"] = .string(text)
    }
    return ScanStep(
      actions: [
        ScanAction(
          name: "RECEIVE",
          path: "/api/v1/receipts",
          body: ["lines": [.object(line)]],
          needs: ["number", "lines/0/quantity"],
          words: "Receive \(material.code)" + (lotNumber.map { ", lot \($0)" } ?? "")
        )
      ],
      next: "Scan the lot's label, or receive the goods."
    )
  }

  /// A unit that nobody has received.
  func unit(_ material: Material?) -> ScanStep {
    ScanStep(
      next: "The unit is not in the books. Receive it"
        + (material.map { " as \($0.code)" } ?? ": scan the article's label too") + "."
    )
  }

  /// A delivery: what comes next follows from how far it has come.
  func delivery(_ receipt: Receipt) throws -> ScanStep {
    var step = ScanStep()
    let path = "/api/v1/receipts/\(receipt.publicID)"
    switch receipt.status {
    case .expected:
      step.actions = [
        ScanAction(name: "ARRIVE", path: "\(path)/arrive", words: "Book it as arrived")
      ]
    case .arrived:
      step.actions = [
        ScanAction(name: "PLAN", path: "\(path)/plan", words: "Find places for all its lines")
      ]
    case .planned:
      let filter = RecommendationFilter(statuses: [.recommended, .started], receipt: receipt.id)
      let open = try transaction.recommendations(filter, PageRequest(limit: 20)).rows
      step.tasks = try environment.tasks(of: open, in: transaction)
      step.next = "Scan a lot of it to take its task."
    case .closed, .cancelled:
      step.warnings = [
        Warning("RECEIPT_CLOSED", "receipt \(receipt.number) is \(receipt.status.rawValue)")
      ]
    }
    return step
  }

  /// An order of goods that leave.
  func order(_ order: OutboundOrder) -> ScanStep {
    let open = order.draft.lines.filter { $0.shippedMilli < $0.orderedMilli }.count
    return ScanStep(
      actions: open == 0
        ? []
        : [
          ScanAction(
            name: "PICKS",
            method: "GET",
            path: "/api/v1/orders/\(PercentText.encoded(order.draft.number))/picks",
            words: "Show what to pick"
          )
        ],
      next: open == 0
        ? "Everything on order \(order.draft.number) has left."
        : "Order \(order.draft.number) has \(counted(open, "open line"))."
    )
  }

  /// A person: the PIN is still missing.
  func person(_ badge: String) -> ScanStep {
    ScanStep(
      actions: [
        ScanAction(
          name: "SIGN_IN",
          path: "/api/v1/sessions",
          body: ["badge": .string(badge)],
          needs: ["pin"],
          words: "Sign in"
        )
      ],
      next: "Type the PIN."
    )
  }

  /// A control barcode: it speaks about the task in hand.
  func command(_ command: ScanCommand) throws -> ScanStep {
    var step = ScanStep()
    if command == .undo, let device = request.device {
      step.actions = [
        ScanAction(
          name: "UNDO",
          path: "/api/v1/undo",
          body: ["device": .string(device)],
          words: "Take the last thing back"
        )
      ]
    }
    guard command.reason != nil || command == .confirm else { return step }
    guard let task, task.status.isOpen else {
      step.warnings = [Warning("NO_TASK", "there is no task in hand")]
      step.next = "Scan a lot first."
      return step
    }
    let shown = try view(task)
    step.task = shown
    let path = "\(Self.recommendations)/\(task.draft.publicID)"
    if let reason = command.reason {
      step.actions = [
        ScanAction(
          name: "REJECT",
          path: "\(path)/reject",
          body: ["reason": .string(reason.rawValue)],
          words: "Turn \(shown.toCode) down: \(reason.rawValue)"
        )
      ]
    } else {
      step.actions = [
        ScanAction(
          name: "CONFIRM",
          path: "\(path)/confirm",
          body: body([("location", .string(shown.toCode))]),
          needs: shown.hasCheckCode ? ["check_code"] : [],
          words: "Lot \(shown.lotNumber) is in \(shown.toCode)"
        )
      ]
    }
    return step
  }
}
