// What every page of the console may use; the pages work without it.

/** Buttons that copy: data-copy is the ID of the element whose text they take. */
document.addEventListener('click', async (event) => {
  const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
  if (!button) {
    return;
  }
  const text = document.getElementById(button.dataset.copy).textContent;
  await navigator.clipboard.writeText(text);
  const label = button.textContent;
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = label; }, 1500);
});

/** Times in the reader's own zone: the server knows UTC only. */
for (const time of document.querySelectorAll('time[datetime]')) {
  const at = new Date(time.dateTime);
  time.title = time.textContent;
  time.textContent = at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** Deleting takes typing the ID: the button is enabled once it is there. The server checks it again. */
for (const input of document.querySelectorAll('input[data-confirm]')) {
  const button = input.form.querySelector('button');
  const check = () => { button.disabled = input.value.trim() !== input.dataset.confirm; };
  input.addEventListener('input', check);
  check();
}

/** Tags: more rows than the page came with. */
for (const button of document.querySelectorAll('[data-add-tag]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const last = button.previousElementSibling;
    const row = last.cloneNode(true);
    const number = last.parentElement.querySelectorAll('.tag').length + 1;
    for (const input of row.querySelectorAll('input')) {
      input.value = '';
      input.setAttribute('aria-label', input.getAttribute('aria-label').replace(/\d+/, number));
    }
    last.after(row);
    row.querySelector('input').focus();
  });
}

/** A table that is wider than its frame can be scrolled with the keyboard, too. */
const frames = new ResizeObserver((entries) => {
  for (const frame of new Set(entries.map(({ target }) => target.closest('.table')))) {
    if (frame.scrollWidth > frame.clientWidth) {
      frame.tabIndex = 0;
    } else {
      frame.removeAttribute('tabindex');
    }
  }
});
for (const element of document.querySelectorAll('.table, .table > table')) {
  frames.observe(element);
}
