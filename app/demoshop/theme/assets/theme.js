// Everything works without this file; it saves a reload here and there.
(() => {
  'use strict';
  // the chosen variant's price, picture and address
  for (const form of document.querySelectorAll('[data-product-form]')) {
    form.addEventListener('change', (event) => {
      const input = event.target;
      if (input.name !== 'id' || !input.dataset.price) return;
      document.querySelector('[data-price]').textContent = input.dataset.price;
      const image = document.querySelector('[data-product-image]');
      if (image && input.dataset.image && !image.src.endsWith(input.dataset.image)) image.src = input.dataset.image;
      const url = new URL(location.href);
      url.searchParams.set('variant', input.value);
      history.replaceState(history.state, '', url);
    });
  }
  // a changed quantity is sent when the field is left
  for (const field of document.querySelectorAll('[data-cart-quantity]')) {
    field.addEventListener('change', () => { if (field.checkValidity()) field.form.requestSubmit(); });
  }
  // a panel closes by Escape and by a click beside it
  const clock = document.querySelector('.demo-bar__clock');
  if (clock) {
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && clock.open) { clock.open = false; clock.querySelector('summary').focus(); }
    });
    document.addEventListener('click', (event) => { if (clock.open && !clock.contains(event.target)) clock.open = false; });
  }
  if (document.querySelector('.demo-progress')) setTimeout(() => { if (!document.activeElement || document.activeElement === document.body) location.reload(); }, 3000);
})();
