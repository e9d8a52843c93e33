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
  // the menu that is wider than a phone shows where one is
  const here = document.querySelector('.header__nav [aria-current]');
  const menu = here && here.closest('.header__nav');
  if (menu && menu.scrollWidth > menu.clientWidth) {
    const at = here.getBoundingClientRect(), within = menu.getBoundingClientRect();
    menu.scrollLeft += at.left + at.width / 2 - within.left - within.width / 2;
  }
  // a panel closes by Escape and by a click beside it
  const clock = document.querySelector('.demo-bar__clock');
  if (clock) {
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && clock.open) { clock.open = false; clock.querySelector('summary').focus(); }
    });
    document.addEventListener('click', (event) => { if (clock.open && !clock.contains(event.target)) clock.open = false; });
  }
  // while the past is being played: its progress, and at the end who has how many points
  const refresh = async () => {
    const here = document.querySelector('.demo-progress');
    if (!here) return;
    try {
      const page = new DOMParser().parseFromString(await (await fetch('/demo')).text(), 'text/html');
      const there = page.querySelector('.demo-progress');
      if (there) here.innerHTML = there.innerHTML;
      else {
        here.remove();
        const people = document.querySelectorAll('.template-demo .people');
        page.querySelectorAll('.template-demo .people').forEach((list, i) => { if (people[i] && !people[i].contains(document.activeElement)) people[i].replaceWith(list); });
      }
    } catch { /* the next try may work */ }
    setTimeout(refresh, 2000);
  };
  setTimeout(refresh, 2000);
})();
