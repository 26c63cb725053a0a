// SPDX-License-Identifier: Apache-2.0
// Decodes Avro values by the registry alone: node reader.mjs <registry> <topic> <values> <decoded>
import fs from 'node:fs';
import avsc from 'avsc';
import schemaRegistry from '@confluentinc/schemaregistry';

const { AvroDeserializer, SchemaRegistryClient, SerdeType } = schemaRegistry;
const [registry, topic, values, decoded] = process.argv.slice(2);

// Without this a number above 2^53 is an error: "potential precision loss".
const long = avsc.types.LongType.__with({
  fromBuffer: (buffer) => buffer.readBigInt64LE(),
  toBuffer: (number) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(number);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (number) => typeof number === 'bigint',
  compare: (one, other) => (one === other ? 0 : one < other ? -1 : 1),
});

function json(value) {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return '[' + value.map(json).join(',') + ']';
  if (value !== null && typeof value === 'object') {
    return '{' + Object.entries(value).map(([name, field]) => JSON.stringify(name) + ':' + json(field)).join(',') + '}';
  }
  return JSON.stringify(value);
}

const client = new SchemaRegistryClient({ baseURLs: [registry] });
const deserializer = new AvroDeserializer(client, SerdeType.VALUE, { registry: { long } });
const out = fs.createWriteStream(decoded);
for (const line of fs.readFileSync(values, 'utf8').split('\n').filter(Boolean)) {
  const value = await deserializer.deserialize(topic, Buffer.from(JSON.parse(line), 'base64'));
  out.write('{"value":' + json(value) + '}\n');
}
out.end();
