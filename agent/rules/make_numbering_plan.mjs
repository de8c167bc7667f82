#!/usr/bin/env node
// Makes numbering_metadata.cpp: the numbering plans of all countries, from the metadata of Google's libphonenumber as
// npm's libphonenumber-js carries it.
//
//   cd "$(mktemp -d)" && npm pack libphonenumber-js && tar xzf libphonenumber-js-*.tgz
//   node <repository>/agent/rules/make_numbering_plan.mjs package > <repository>/agent/rules/numbering_metadata.cpp
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
if (!folder) {
    console.error('usage: make_numbering_plan.mjs <folder of the package libphonenumber-js>')
    process.exit(2)
}
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
const metadata = JSON.parse(readFileSync(join(folder, 'metadata.max.json'), 'utf8'))

// The places of what is used in a country's row; of its types, of each of which there is a pattern or nothing.
const place = { callingCode: 0, exit: 1, national: 2, lengths: 3, trunk: 5, trunkForParsing: 7, trunkBecomes: 8, leading: 10, types: 11 }
const [fixedLine, mobile] = [0, 1]

const quoted = text => (/\\/.test(text) ? `R"(${text})"` : `"${text}"`)

function lengthsOf(row, type) {
    return row[place.types]?.[type]?.[1] || row[place.lengths]
}

function plan(country, row) {
    const types = row[place.types] || []
    const others = types.filter((type, i) => type && i !== mobile).map(type => type[0])
    const lengths = row[place.lengths].reduce((bits, length) => bits | (1 << length), 0)
    const columns = [
        quoted(country),
        quoted(row[place.callingCode]),
        quoted(row[place.exit] || ''),
        quoted(row[place.trunkForParsing] || row[place.trunk] || ''),
        quoted(row[place.trunkBecomes] || ''),
        quoted(row[place.leading] || ''),
        `0x${lengths.toString(16)}`,
        String(lengthsOf(row, fixedLine).length === 1),
        quoted(row[place.national]),
        quoted(types[mobile]?.[0] || ''),
        quoted(others.join('|')),
    ]
    return `    {${columns.join(', ')}},`
}

// Countries with one calling code stand together, the one first whose rules hold for the code as a whole.
const rows = []
for (const countries of Object.values(metadata.country_calling_codes))
    for (const country of countries) if (country !== '001') rows.push(plan(country, metadata.countries[country]))
for (const row of Object.values(metadata.nonGeographic)) rows.push(plan('', row))

console.log(`// Made by make_numbering_plan.mjs: do not edit.
//
// Source: libphonenumber-js ${version} (https://gitlab.com/catamphetamine/libphonenumber-js, MIT License, Copyright (c) 2016
// @catamphetamine), which has it from Google's libphonenumber (https://github.com/google/libphonenumber, Apache License
// 2.0, Copyright (c) The Libphonenumber Authors).
#include "rules/numbering_plan.hpp"

namespace rules {

// clang-format off
// country, calling code, exit prefix, trunk prefix, what it becomes, leading digits, possible lengths, whether fixed lines have but one,
// any number, mobile numbers, all others
constexpr NumberingPlan every_plan[] = {
${rows.join('\n')}
};
// clang-format on

std::span<const NumberingPlan> numbering_plans() noexcept {
    return every_plan;
}

}  // namespace rules`)
