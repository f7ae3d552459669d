// Fills the overview from the API every 15 seconds; says so where the appliance does not answer.
const get = async (path) => {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};

const fill = (id, rows, columns, empty) => {
  const body = document.querySelector(`#${id} tbody`);
  body.replaceChildren();
  for (const row of rows) {
    const line = body.insertRow();
    for (const { text, number, state } of columns(row)) {
      const cell = line.insertCell();
      cell.textContent = text ?? "";
      if (number) cell.className = "n";
      if (state) cell.className = state;
    }
  }
  if (rows.length === 0) {
    const cell = body.insertRow().insertCell();
    cell.colSpan = 9;
    cell.className = "empty";
    cell.textContent = empty;
  }
};

const percent = (ratio) => (ratio === null ? "" : `${(100 * ratio).toFixed(1)} %`);

const parts = {
  async health() {
    const report = await get("/api/v1/health");
    const line = document.querySelector("#health");
    line.textContent = report.status;
    line.className = `state ${report.status}`;
    if (report.facility) document.querySelector("#facility").textContent = report.facility;
    fill("checks", report.checks, (check) => [
      { text: check.name }, { text: check.status, state: check.status }, { text: check.words },
    ], "no checks");
  },
  async zones() {
    const report = await get("/api/v1/utilization");
    fill("zones", report.zones, (zone) => [
      { text: zone.zone }, { text: zone.locations, number: true },
      { text: zone.occupied, number: true }, { text: percent(zone.average_ratio), number: true },
    ], "No locations yet: stowage import locations FILE.csv");
    document.querySelector("#map").src = `/api/v1/utilization/map.svg?t=${Date.now()}`;
  },
  async orders() {
    const page = await get("/api/v1/replenishment?limit=10");
    fill("orders", page.rows, (row) => [
      { text: row.urgency, state: row.urgency }, { text: row.material },
      { text: row.quantity, number: true }, { text: row.order_by }, { text: row.stock_out_day },
    ], "No suggestions yet: stowage forecast run, then stowage replenish --run");
  },
  async tasks() {
    const page = await get("/api/v1/putaway/recommendations?status=RECOMMENDED&limit=10");
    fill("tasks", page.rows, (row) => [
      { text: row.lot_number }, { text: row.location }, { text: row.quantity, number: true },
      { text: row.confidence, number: true },
    ], "No open tasks");
  },
};

const refresh = async () => {
  for (const part of Object.values(parts)) {
    try {
      await part();
    } catch (error) {
      const line = document.querySelector("#health");
      line.textContent = `no answer (${error.message})`;
      line.className = "state UNHEALTHY";
    }
  }
};

refresh();
setInterval(refresh, 15000);
