#!/usr/bin/env node
// Samples pictures of one class from the shipped CIFAR-10 model, so that the project has example
// pictures that nobody photographed and that a committed command redoes.
// Sampler: the DDIM family (Song, Meng, Ermon 2021, eq. 12 and 16: eta 0 is DDIM itself, eta 1 is
// ancestral DDPM sampling) under classifier-free guidance through the null class (Ho, Salimans
// 2022). The defaults drew the most recognisable objects of what was tried with the model before this
// one (guidance 2 to 6, eta 0 to 1, 50 and 100 steps): weaker guidance and plain DDIM came out greyer and more broken up.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deflateSync } from 'node:zlib';

const usage = `usage: node sample.mjs --label NAME [options]
  --label NAME     class to draw, by name (ship) or number (8)
  --out FILE.png   where to write (NAME.png); with --count above 1, FILE-SEED.png
  --seed N         seed of the noise (1)
  --count N        how many pictures, with seeds N, N+1, ... (1)
  --steps N        steps from t = 849 down to 150 (100)
  --guidance W     1 is the class alone, above 1 exaggerates it (5)
  --eta E          fresh noise per step: 0 is DDIM, 1 is DDPM's amount (1)
  --size N         edge in pixels, a multiple of 32 (256)
Needs onnxruntime-node: run "npm ci --ignore-scripts" in src/DiffusionClassifier.OnnxRuntime.`;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const bundle = join(here, '../../cifar10');
const fail = message => { console.error(`sample.mjs: ${message}`); process.exit(2); };
const readJson = path => JSON.parse(readFileSync(join(bundle, path), 'utf8'));

const names = Object.values(readJson('model_index.json').id2label);
const { nullClass, timestepRange: [tMin, tEnd] } = readJson('classifier.json');
const T = readJson('scheduler/scheduler_config.json').num_train_timesteps;
const edge = 32, plane = edge * edge, pixels = 3 * plane;

function readOptions() {
  const defaults = { label: '', out: '', seed: '1', count: '1', steps: '100', guidance: '5', eta: '1', size: '256' };
  const options = { help: { type: 'boolean', short: 'h' } };
  for (const [key, value] of Object.entries(defaults)) options[key] = { type: 'string', default: value };
  let values;
  try { ({ values } = parseArgs({ options })); } catch (error) { fail(error.message.split('\n')[0]); }
  if (values.help) { console.log(usage); process.exit(0); }
  const number = (key, min, max, whole = true) => {
    const value = values[key].trim() === '' ? NaN : Number(values[key]);
    if (!(value >= min && value <= max) || (whole && !Number.isInteger(value)))
      fail(`--${key} must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not "${values[key]}"`);
    return value;
  };
  const label = names.findIndex((name, i) => values.label === name || values.label === String(i));
  if (label < 0) fail(`--label must be one of ${names.join(', ')}, not "${values.label}"`);
  const size = number('size', edge, 4096);
  if (size % edge) fail(`--size must be a multiple of ${edge}, not ${size}`);
  return {
    label, size, out: values.out || `${names[label]}.png`,
    seed: number('seed', 0, 2 ** 32 - 1), count: number('count', 1, 1000), steps: number('steps', 2, tEnd - tMin),
    guidance: number('guidance', 0, 20, false), eta: number('eta', 0, 1, false),
  };
}

// Math.random cannot be seeded: mulberry32 for uniforms, Box-Muller for normals.
function normals(seed) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

// squaredcos_cap_v2 as diffusers builds it, the cap on beta included.
function alphasCumprod() {
  const f = u => Math.cos(((u + 0.008) / 1.008) * Math.PI / 2) ** 2;
  const result = [];
  for (let i = 0, product = 1; i < T; i++)
    result.push(product *= 1 - Math.min(1 - f((i + 1) / T) / f(i / T), 0.999));
  return result;
}

async function sample(ort, session, { label, steps, guidance, eta }, seed) {
  const normal = normals(seed), abar = alphasCumprod();
  const x = Float32Array.from({ length: pixels }, normal), x0 = new Float32Array(pixels);
  // The model knows only [150, 850), so the walk starts at 849 with pure noise and ends with the
  // clean picture predicted at 150. Class and null class share a batch of two, never more: a
  // picture's bits then do not depend on what else is drawn.
  const at = i => Math.round(tEnd - 1 - i * (tEnd - 1 - tMin) / (steps - 1));
  for (let i = 0; i < steps; i++) {
    const t = at(i), a = abar[t], both = new Float32Array(2 * pixels);
    both.set(x); both.set(x, pixels);
    const { epsilon: { data: eps } } = await session.run({
      sample: new ort.Tensor('float32', both, [2, 3, edge, edge]),
      timestep: new ort.Tensor('int64', BigInt64Array.of(BigInt(t), BigInt(t)), [2]),
      class_labels: new ort.Tensor('int64', BigInt64Array.of(BigInt(label), BigInt(nullClass)), [2]),
    });
    const next = i + 1 < steps ? abar[at(i + 1)] : 1;
    const sigma = i + 1 < steps ? eta * Math.sqrt((1 - next) / (1 - a) * (1 - a / next)) : 0;
    for (let k = 0; k < pixels; k++) {
      const guided = eps[pixels + k] + guidance * (eps[k] - eps[pixels + k]);
      x0[k] = Math.min(1, Math.max(-1, (x[k] - Math.sqrt(1 - a) * guided) / Math.sqrt(a)));
      const noise = (x[k] - Math.sqrt(a) * x0[k]) / Math.sqrt(1 - a); // of the clamped picture
      x[k] = Math.sqrt(next) * x0[k] + Math.sqrt(Math.max(0, 1 - next - sigma ** 2)) * noise;
      if (sigma) x[k] += sigma * normal();
    }
  }
  return x0;
}

// Separable Catmull-Rom, pixel centres aligned, edges repeated: 32 pixels shown large without blocks.
function enlarge(chw, size) {
  const near = d => (1.5 * d - 2.5) * d * d + 1, far = d => ((-0.5 * d + 2.5) * d - 4) * d + 2;
  const kernel = d => d < 1 ? near(d) : d < 2 ? far(d) : 0;
  const taps = Array.from({ length: size }, (_, i) => {
    const centre = (i + 0.5) * edge / size - 0.5, first = Math.floor(centre) - 1;
    return [0, 1, 2, 3].map(j => [Math.min(edge - 1, Math.max(0, first + j)), kernel(Math.abs(centre - first - j))]);
  });
  const rgb = Buffer.alloc(size * size * 3);
  for (let c = 0; c < 3; c++) {
    const wide = Array.from({ length: edge }, (_, y) =>
      taps.map(tap => tap.reduce((sum, [x, w]) => sum + w * chw[c * plane + y * edge + x], 0)));
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const value = taps[y].reduce((sum, [row, w]) => sum + w * wide[row][x], 0);
        rgb[(y * size + x) * 3 + c] = Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)));
      }
  }
  return rgb;
}

// PNG, 8-bit RGB: every row with filter 4 (Paeth), which suits smooth pictures.
function encodePng(rgb, size) {
  const crc = bytes => ~bytes.reduce((c, byte) => {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    return c;
  }, -1) >>> 0;
  const chunk = (type, data) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
    bytes.writeUInt32BE(data.length);
    bytes.writeUInt32BE(crc(bytes.subarray(4, -4)), bytes.length - 4);
    return bytes;
  };
  const stride = size * 3, rows = Buffer.alloc((stride + 1) * size);
  for (let y = 0; y < size; y++) {
    rows[y * (stride + 1)] = 4;
    for (let i = 0; i < stride; i++) {
      const at = y * stride + i;
      const a = i < 3 ? 0 : rgb[at - 3], b = y ? rgb[at - stride] : 0;
      const c = y && i >= 3 ? rgb[at - stride - 3] : 0;
      const pa = Math.abs(b - c), pb = Math.abs(a - c), pc = Math.abs(a + b - 2 * c);
      rows[y * (stride + 1) + 1 + i] = rgb[at] - (pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0); header.writeUInt32BE(size, 4); header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(rows, { level: 9 });
  const chunks = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
}

const options = readOptions();
let ort;
try {
  ort = createRequire(join(root, 'src/DiffusionClassifier.OnnxRuntime/package.json'))('onnxruntime-node');
} catch (error) {
  fail(error.code === 'MODULE_NOT_FOUND'
    ? 'onnxruntime-node is absent: run "npm ci --ignore-scripts" in src/DiffusionClassifier.OnnxRuntime'
    : `onnxruntime-node does not load: ${error.message.split('\n')[0]}`);
}
const session = await ort.InferenceSession.create(join(bundle, 'unet/model.onnx'), { intraOpNumThreads: 1 });
for (let i = 0; i < options.count; i++) {
  const seed = options.seed + i;
  const out = options.count === 1 ? options.out : options.out.replace(/(\.png)?$/i, `-${seed}.png`);
  const picture = enlarge(await sample(ort, session, options, seed), options.size);
  try {
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, encodePng(picture, options.size));
  } catch (error) { fail(error.message); }
  console.log(out);
}
