// Fills the overview from the API every 15 seconds; each part says by itself where it has no answer.
const get = async (path) => {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail ?? `${path} answered ${answer.status}`);
  }
  return answer.json();
};

const place = (id) => document.querySelector(`#${id}`);
const number = (value) => (value === null || value === undefined ? "" : value.toLocaleString("en"));
const percent = (ratio) => (ratio === null || ratio === undefined ? "" : `${(100 * ratio).toFixed(1)} %`);

const say = (id, words) => {
  const body = document.querySelector(`#${id} tbody`);
  body.replaceChildren();
  const cell = body.insertRow().insertCell();
  cell.colSpan = 9;
  cell.className = "empty";
  cell.textContent = words;
};

const fill = (id, rows, columns, empty) => {
  if (rows.length === 0) return say(id, empty);
  const body = document.querySelector(`#${id} tbody`);
  body.replaceChildren();
  for (const row of rows) {
    const line = body.insertRow();
    for (const { text, kind, title } of columns(row)) {
      const cell = line.insertCell();
      cell.textContent = text ?? "";
      if (kind) cell.className = kind;
      if (title) cell.title = title;
    }
  }
};

const parts = {
  checks: async () => {
    const report = await get("/api/v1/health");
    const line = place("health");
    line.textContent = report.status;
    line.className = `state ${report.status}`;
    place("facility").textContent = report.facility ?? "";
    place("version").textContent = report.version ? `Stowage ${report.version}` : "";
    fill("checks", report.checks ?? [], (check) => [
      { text: check.name.replaceAll("_", " ") },
      { text: check.status, kind: check.status },
      { text: check.words, kind: "wrap", title: check.hint ?? "" },
    ], "No checks");
  },
  zones: async () => {
    const report = await get("/api/v1/utilization");
    fill("zones", report.zones, (zone) => [
      { text: zone.zone }, { text: number(zone.locations), kind: "n" },
      { text: number(zone.occupied), kind: "n" }, { text: percent(zone.average_ratio), kind: "n" },
      { text: number(zone.overfull), kind: zone.overfull > 0 ? "n UNHEALTHY" : "n" },
    ], "No locations yet: stowage import locations FILE.csv");
    const all = report.facility;
    place("figures").textContent = all
      ? `${number(all.occupied)} of ${number(all.locations)} locations hold goods, `
        + `${percent(all.average_ratio)} full on the mean`
      : "";
    place("map").src = `/api/v1/utilization/map.svg?t=${Date.now()}`;
  },
  orders: async () => {
    const page = await get("/api/v1/replenishment?limit=12");
    fill("orders", page.rows, (row) => [
      { text: row.urgency, kind: row.urgency }, { text: row.material, title: row.reasons.join(" ") },
      { text: `${number(row.quantity)} ${row.unit}`, kind: "n" }, { text: row.order_by },
      { text: row.stock_out_day },
    ], "No suggestions yet: stowage forecast run, then stowage replenish --run");
  },
  tasks: async () => {
    const page = await get("/api/v1/putaway/recommendations?status=RECOMMENDED&limit=12");
    fill("tasks", page.rows, (row) => [
      { text: row.lot_number }, { text: row.material, title: row.material_name },
      { text: row.from }, { text: row.location, title: row.reasons.join("; ") },
      { text: number(row.quantity), kind: "n" }, { text: percent(row.confidence), kind: "n" },
    ], "No open tasks");
  },
};

const refresh = async () => {
  if (document.hidden) return;
  let failed = "";
  for (const [id, part] of Object.entries(parts)) {
    try {
      await part();
    } catch (error) {
      failed = error.message;
      say(id, `No answer: ${error.message}`);
    }
  }
  const line = place("health");
  if (failed) {
    line.textContent = "NO ANSWER";
    line.className = "state UNHEALTHY";
  }
  place("age").textContent = `as of ${new Date().toLocaleTimeString()}`;
};

refresh();
setInterval(refresh, 15000);
document.addEventListener("visibilitychange", refresh);
