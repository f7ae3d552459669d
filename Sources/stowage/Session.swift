import Appliance
import ArgumentParser
import WireFormat

/// One verb's conversation with the warehouse: through the running appliance, or in this process.
struct Session {
  private let gateway: any Gateway
  private let json: Bool

  /// Connects to the appliance that runs on the data directory, or opens the directory itself.
  init(_ options: GlobalOptions) async throws {
    let settings = try await options.settings()
    self.json = options.json
    do {
      self.gateway = try LocalGateway.connect(settings)
    } catch {
      throw Terminal.failed(error, json: options.json)
    }
  }

  /// Sends a call and gives the answer's JSON; a refusal ends the verb with exit code 2.
  func send(_ call: GatewayCall) throws -> JSONValue {
    let reply: GatewayReply
    do {
      reply = try gateway.send(call)
    } catch {
      throw Terminal.failed(error, json: json)
    }
    guard (200..<300).contains(reply.status) else {
      throw Terminal.failed(ProblemAnswer(reply), json: json)
    }
    do {
      return reply.body.isEmpty ? .null : try JSONReader.parseOwn(reply.body)
    } catch {
      throw Terminal.failed(error, json: json)
    }
  }

  /// Sends a call and gives the answer as it is, whatever its status.
  func exchange(_ call: GatewayCall) throws -> GatewayReply {
    do {
      return try gateway.send(call)
    } catch {
      throw Terminal.failed(error, json: json)
    }
  }

  /// Sends a call and shows progress while it runs.
  func watch(_ what: String, _ call: GatewayCall) throws -> GatewayReply {
    do {
      return try gateway.send(call) { done, total in
        Terminal.progress(what, done, of: total)
      }
    } catch {
      throw Terminal.failed(error, json: json)
    }
  }

  /// Prints the answer: the JSON as it is, or the text that `text` makes of it.
  func show(_ answer: JSONValue, text: (JSONValue) -> Void) {
    if json {
      Terminal.say(answer.text)
    } else {
      text(answer)
    }
  }

  /// Ends the conversation.
  func close() {
    gateway.close()
  }
}
