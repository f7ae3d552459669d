import HTTPServer
import Operations
import Warehouse

extension WarehouseAPI {
  /// Adds label printers, and what waits for them.
  func addPrinterRoutes(to router: inout Router) {
    let queries = PrinterQueries(environment)
    add(.get, "/api/v1/printers", query: Call.paging, to: &router) { call in
      listing(try queries.printers(try call.page(), scope: call.scope), call)
    }
    addSave(SavePrinter.self, "/api/v1/printers", to: &router)
    add(.get, "/api/v1/printers/{id}", to: &router) { call in
      let found = try queries.printer(try call.publicID("id"), scope: call.scope)
      return document(found, version: found.version)
    }
    add(.delete, "/api/v1/printers/{id}", to: &router) { call in
      document(
        try DeletePrinter(environment)(
          try call.publicID("id"),
          expectation: try call.expectation(),
          facility: surroundings.access.facility,
          scope: call.scope
        )
      )
    }
    add(.post, "/api/v1/printers/{id}/jobs", to: &router) { call in
      try perform(PrintLabels(environment), call, status: { _ in 201 }) {
        try PrintLabels.Request(
          printer: try call.publicID("id"),
          document: try call.document()
        )
      }
    }
    addPrintJobRoutes(to: &router, queries)
  }

  private func addPrintJobRoutes(to router: inout Router, _ queries: PrinterQueries) {
    let items = ["printer", "state"] + Call.paging
    add(.get, "/api/v1/print-jobs", query: items, to: &router) { call in
      listing(
        try queries.jobs(
          try call.page(),
          printer: try call.publicID(query: "printer"),
          state: try call.choice("state", PrintState.self),
          scope: call.scope
        ),
        call
      )
    }
    add(.get, "/api/v1/print-jobs/{id}", to: &router) { call in
      document(try queries.job(try call.publicID("id"), scope: call.scope))
    }
    let steps: [(String, PrintStep)] = [("cancel", .cancel), ("resend", .resend)]
    for (name, step) in steps {
      add(.post, "/api/v1/print-jobs/{id}/\(name)", to: &router) { call in
        try perform(StepPrintJob(environment), call) {
          try StepPrintJob.Request(
            job: try call.publicID("id"),
            step: step,
            document: try call.documentOrNothing()
          )
        }
      }
    }
  }
}
