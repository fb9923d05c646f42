// The link that `serve --console-link` prints has the API key behind the #, which browsers do not send. It goes into the form, and out of
// the address bar before anything else.
function takeKey() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (!key) {
    return;
  }
  history.replaceState(null, '', location.pathname + location.search);
  const form = document.querySelector('main form');
  form.elements.Key.value = key;
  if (form.dataset.signIn === 'at-once') {
    form.requestSubmit();
  } else {
    form.querySelector('button').focus();
  }
}

takeKey();
addEventListener('hashchange', takeKey);
