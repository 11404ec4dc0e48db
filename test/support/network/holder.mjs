// Runs in the network's own namespaces and holds them open. Its listening sockets belong to that network whoever
// accepts their connections, so it hands them to the process that started it.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

for (const [name, port] of [
  ['https', 443],
  ['http', 80],
]) {
  const server = createServer().listen(port, '0.0.0.0', () =>
    process.send(name, server, () => server.close()),
  );
}
const names = createSocket('udp4');
names.bind(53, '0.0.0.0', () => process.send('dns', names, () => names.close()));
// The end of the other process ends the channel, and this one with it.
process.on('disconnect', () => process.exit());
