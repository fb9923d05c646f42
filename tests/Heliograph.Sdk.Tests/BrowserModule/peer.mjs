// A peer on the browser module. Its input says what it is to be; it tells what it hears, a line each.
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';

const { module, role, ids, accessToken, keys, security, say } = JSON.parse(readFileSync(0, 'utf8'));
const { DeviceTokenGenerator, MessageTransport, SignalingClient, SignalingDevice } = await import(module);
const tell = (what) => console.log(JSON.stringify(what));

/** @param {string} format @param {string} base64 @param {string[]} usages */
const importKey = (format, base64, usages) =>
  webcrypto.subtle.importKey(format, Buffer.from(base64, 'base64'), { name: 'ECDSA', namedCurve: 'P-256' }, true, usages);

function converse(transport, leave) {
  transport.ready.then(() => say.forEach((message) => transport.send(message)), (error) => { tell({ failed: error.code }); leave?.(); });
  transport.on('message', (message) => {
    tell(message);
    if (role === 'device') {
      transport.send(message);
    } else if (message === 'bye') {
      leave();
    }
  });
}

if (role === 'device') {
  const keyPair = { privateKey: await importKey('pkcs8', keys.privateKey, ['sign']), publicKey: await importKey('spki', keys.publicKey, ['verify']) };
  const device = new SignalingDevice({ ...ids, tokenGenerator: new DeviceTokenGenerator({ ...ids, keyPair }) });
  device.on('connectionstatechange', (state) => tell({ state }));
  device.on('channel', (channel) => converse(MessageTransport.forDevice(device, channel, security)));
  device.start();
} else {
  const client = new SignalingClient({ ...ids, accessToken });
  converse(MessageTransport.forClient(client, security), () => client.close());
  client.start();
}
