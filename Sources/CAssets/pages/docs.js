// Shows openapi.json for people, with nothing but what the appliance itself serves.
const description = await (await fetch("/openapi.json")).json();

const resolve = (schema) => {
  if (!schema?.$ref) return schema;
  return schema.$ref.slice(2).split("/").reduce((node, key) => node[key], description);
};

const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

const body = (content) => {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (!type) return [];
  const name = media.schema?.$ref?.split("/").pop();
  return [element("pre", `${type}${name ? ` ${name}` : ""}\n`
    + JSON.stringify(media.example ?? resolve(media.schema), null, 2))];
};

const target = document.querySelector("#calls");
target.replaceChildren();
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, call] of Object.entries(methods)) {
    if (!call.responses) continue;
    const entry = element("details");
    const summary = element("summary");
    summary.append(element("span", method.toUpperCase(), "verb"), element("code", path),
      ` ${call.summary ?? ""}`);
    entry.append(summary);
    if (call.description) entry.append(element("p", call.description));
    for (const parameter of (call.parameters ?? []).map(resolve)) {
      entry.append(element("p", `${parameter.in} ${parameter.name}`
        + `${parameter.required ? " (required)" : ""}: ${parameter.description ?? ""}`));
    }
    entry.append(...body(resolve(call.requestBody)?.content));
    for (const [status, answer] of Object.entries(call.responses)) {
      const meant = resolve(answer);
      entry.append(element("p", `${status}: ${meant.description}`), ...body(meant.content));
    }
    target.append(entry);
  }
}
