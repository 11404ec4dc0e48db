// A minimal MCP server on standard input and output. It writes its environment and arguments to the file
// named by its first argument, and offers one tool.
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [report, ...args] = process.argv.slice(2);
writeFileSync(report, JSON.stringify({ env: process.env, args }));

const results = {
  initialize: (params) => ({
    protocolVersion: params.protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'probe', version: '1' },
  }),
  'tools/list': () => ({
    tools: [{ name: 'probe', description: 'Does nothing.', inputSchema: { type: 'object' } }],
  }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = results[method]?.(params) ?? {};
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
});
