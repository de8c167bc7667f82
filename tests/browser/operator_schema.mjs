// What agent/web/openapi/operator.json says of a call: whether a question and an answer are as it describes them.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';

export const description = JSON.parse(readFileSync(new URL('../../agent/web/openapi/operator.json', import.meta.url), 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ $id: 'operator', ...description });

const compiled = new Map();
function problemsOf(schema, value) {
    const text = JSON.stringify(schema).replaceAll('"#/', '"operator#/');
    if (!compiled.has(text)) compiled.set(text, ajv.compile(JSON.parse(text)));
    const check = compiled.get(text);
    return check(value) ? [] : check.errors.map(({ instancePath, message, params }) => `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`);
}

export const problemsOfSchema = (name, value) => problemsOf({ $ref: `#/components/schemas/${name}` }, value);

const templates = Object.keys(description.paths).map(path => ({
    path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '([^/]+)')}$`), names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    // "dead/groups" is no id.
    weight: (path.match(/\{/g) ?? []).length,
})).sort((a, b) => a.weight - b.weight);

/** {path: template, captured, operations}, or null. */
export function routeOf(path) {
    for (const template of templates) {
        const match = template.pattern.exec(path);
        if (match) return { path: template.path, captured: Object.fromEntries(template.names.map((name, at) => [name, decodeURIComponent(match[at + 1])])), operations: description.paths[template.path] };
    }
    return null;
}

/** The name of the first parameter that is not as described, or null. */
export function wrongParameter(operation, query) {
    const known = (operation.parameters ?? []).filter(one => one.in === 'query');
    for (const name of new Set(query.keys())) {
        const parameter = known.find(one => one.name === name);
        if (!parameter || query.getAll(name).length > 1 || problemsOf(parameter.schema, query.get(name)).length) return name;
    }
    return known.find(one => one.required && !query.has(one.name))?.name ?? null;
}

/** The name of the first member that is not as described, or null. */
export function wrongMember(operation, body) {
    const schema = operation.requestBody?.content['application/json'].schema;
    if (!schema) return null;
    const problems = problemsOf(schema, body);
    return problems.length ? /additionalProperty":"(\w+)|missingProperty":"(\w+)|^\/(\w+)/.exec(problems.join('\n'))?.slice(1).find(Boolean) ?? 'body' : null;
}

/** What is wrong with an answer, in words. */
export function problemsOfAnswer(method, path, status, body) {
    const route = routeOf(path);
    if (!route) return status === 404 || status === 401 ? problemsOfSchema('Error', body) : [`${path} is not described`];
    const operation = route.operations[method.toLowerCase()];
    if (!operation) return [401, 404, 405, 421].includes(status) ? problemsOfSchema('Error', body) : [`${method} ${path} is not described`];
    const described = operation.responses[status];
    if (!described) return [`${method} ${route.path} is not described to answer ${status}`];
    const schema = described.content?.['application/json']?.schema;
    return schema ? problemsOf(schema, body) : [];
}
