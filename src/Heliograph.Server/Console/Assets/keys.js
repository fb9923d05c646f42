// Keys made in the browser, for the form that adds one. The private key is saved as a file and never sent; the public one is put into
// the form. Without this script the form takes keys that were made elsewhere.

const pem = (label, bytes) => {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return `-----BEGIN ${label}-----\n${text.match(/.{1,64}/g).join('\n')}\n-----END ${label}-----\n`;
};

const save = (name, text) => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/x-pem-file' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

const refusePrivate = (field, text) =>
  field.setCustomValidity(text.includes('PRIVATE KEY') ? 'This is a private key: keep it, and give the public key.' : '');

for (const form of document.querySelectorAll('form[data-keys]')) {
  const text = form.querySelector('textarea');
  const file = form.querySelector('input[type=file]');
  const button = form.querySelector('[data-generate]');
  const told = form.querySelector('[data-generated]');

  // Before it is sent anywhere.
  text.addEventListener('input', () => refusePrivate(text, text.value));
  file.addEventListener('change', async () => refusePrivate(file, file.files.length > 0 ? await file.files[0].text() : ''));

  // Browsers have it on HTTPS and on localhost alone.
  button.hidden = !globalThis.crypto?.subtle;
  button.addEventListener('click', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    save(form.dataset.keys, pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', pair.privateKey)));
    text.value = pem('PUBLIC KEY', await crypto.subtle.exportKey('spki', pair.publicKey));
    text.setCustomValidity('');
    file.value = '';
    file.setCustomValidity('');
    told.textContent = `The private key was saved as ${form.dataset.keys}. It is nowhere else, so keep it safe. Now add the public key above.`;
  });
}
