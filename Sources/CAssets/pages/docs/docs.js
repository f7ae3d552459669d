// Shows openapi.json for people, with nothing but what the appliance itself serves.
const description = await (await fetch("/openapi.json")).json();

const resolve = (node) => (node?.$ref
  ? node.$ref.slice(2).split("/").reduce((found, key) => found[key], description)
  : node);

const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

const link = (text, to) => {
  const made = element("a", text);
  made.href = `#${to}`;
  return made;
};

const table = (head, rows) => {
  const made = element("table");
  const line = made.createTHead().insertRow();
  for (const name of head) line.append(element("th", name));
  const body = made.createTBody();
  for (const row of rows) {
    const cells = body.insertRow();
    for (const cell of row) cells.insertCell().append(cell ?? "");
  }
  return made;
};

// A schema as a short phrase; named ones lead to where they stand.
const phrase = (schema) => {
  const words = element("span");
  if (!schema) return words;
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    words.append(link(name, `schema-${name}`));
  } else if (schema.anyOf) {
    schema.anyOf.forEach((choice, index) => {
      if (index) words.append(" or ");
      words.append(phrase(choice));
    });
  } else if (schema.enum) {
    words.append(schema.enum.map((word) => word ?? "null").join(", "));
  } else if (schema.items) {
    words.append("list of ", phrase(schema.items));
  } else {
    words.append([schema.type ?? "anything"].flat().join(" or "),
      schema.format ? ` (${schema.format})` : "");
  }
  const bounds = [schema.minimum, schema.maximum].map((bound) => bound ?? "");
  if (bounds.join("")) words.append(`, ${bounds.join("…")}`);
  return words;
};

const members = (schema) => {
  const required = new Set(schema.required ?? []);
  const named = Object.entries(schema.properties ?? {});
  const pattern = Object.entries(schema.patternProperties ?? {});
  const rows = [];
  for (const [name, value] of [...named, ...pattern]) {
    const nested = value.properties ? value : value.items?.properties ? value.items : null;
    const what = phrase(value);
    rows.push([element("code", name), required.has(name) ? "yes" : "", what, value.description ?? ""]);
    for (const [inner, it] of Object.entries(nested?.properties ?? {})) {
      rows.push([element("code", `${name}.${inner}`), "", phrase(it), it.description ?? ""]);
    }
  }
  return table(["Member", "Always", "What", ""], rows);
};

const media = (content) => Object.entries(content ?? {}).flatMap(([type, given]) => {
  const line = element("p");
  line.append(element("code", type), " ", phrase(given.schema));
  const example = given.example ?? resolve(given.schema)?.examples?.[0];
  if (example === undefined) return [line];
  const text = typeof example === "string" ? example : JSON.stringify(example, null, 2);
  return [line, element("pre", text)];
});

const operation = (path, method, call) => {
  const entry = element("details");
  entry.id = call.operationId;
  const summary = element("summary");
  summary.append(element("span", method.toUpperCase(), "verb"), element("code", path),
    element("span", call.summary, "empty"));
  entry.append(summary);
  if (call.description) entry.append(element("p", call.description, "prose"));
  const parameters = (call.parameters ?? []).map(resolve);
  if (parameters.length) {
    entry.append(element("h3", "Parameters"), table(["Name", "In", "Required", "What", ""],
      parameters.map((it) => [element("code", it.name), it.in, it.required ? "yes" : "",
        phrase(it.schema), it.description])));
  }
  const body = resolve(call.requestBody);
  if (body) entry.append(element("h3", "Body"), element("p", body.description ?? ""),
    ...media(body.content));
  entry.append(element("h3", "Answers"));
  const errors = [];
  for (const [status, given] of Object.entries(call.responses)) {
    const answer = resolve(given);
    if (Number(status) >= 400) {
      errors.push([status, answer.description, phrase(Object.values(answer.content ?? {})[0]?.schema)]);
    } else {
      entry.append(element("p", `${status}: ${answer.description}`), ...media(answer.content));
    }
  }
  entry.append(table(["Status", "When", ""], errors));
  return entry;
};

const main = document.querySelector("#calls");
main.replaceChildren();
const intro = element("section", undefined, "wide");
intro.append(element("p", description.info.description, "prose"));
const jump = element("nav", undefined, "jump");
intro.append(jump);
main.append(intro);
for (const tag of description.tags) {
  const section = element("section", undefined, "wide");
  section.id = `tag-${tag.name}`;
  const title = element("h2", `${tag.name} `);
  title.append(element("span", tag.description, "empty"));
  section.append(title);
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, call] of Object.entries(methods)) {
      if (call.tags?.includes(tag.name)) section.append(operation(path, method, call));
    }
  }
  jump.append(link(tag.name, section.id));
  main.append(section);
}
const schemas = element("section", undefined, "wide");
schemas.id = "schemas";
schemas.append(element("h2", "Schemas"));
for (const [name, schema] of Object.entries(description.components.schemas)) {
  const entry = element("details");
  entry.id = `schema-${name}`;
  const summary = element("summary");
  summary.append(element("code", name), element("span", schema.description, "empty"));
  entry.append(summary, members(schema));
  for (const example of schema.examples ?? []) entry.append(
    element("pre", JSON.stringify(example, null, 2)));
  schemas.append(entry);
}
jump.append(link("Schemas", "schemas"));
main.append(schemas);

// A link into a folded part opens it.
const open = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName === "DETAILS") target.open = true;
  target?.scrollIntoView();
};
addEventListener("hashchange", open);
open();
