// Shopify's theme on top of liquidjs: two file trees (the theme and an app's
// extension), JSON templates with sections and app blocks, Shopify's tags, and
// errors that are printed where they happen.
function shopifyTheme(liquidjs, shop, trees) {
  'use strict';

  const now = { locale: 'en', globals: {}, app: {}, problem: () => {}, used: new Map() };
  const known = shopifyFilters(liquidjs, shop, now);

  const { done } = liquidjs; // what a tag or filter gives, which may be a generator
  const wrong = (message) => { throw new Error(message); };

  function makeEngine(tree, assets) {
    const fs = {
      readFileSync: (name) => tree[name],
      readFile: (name) => Promise.resolve(tree[name]),
      existsSync: (name) => name in tree,
      exists: (name) => Promise.resolve(name in tree),
      resolve: (dir, name, ext) => dir + '/' + name + (name.endsWith(ext) ? '' : ext),
      dirname: () => '', sep: '/',
    };
    const engine = new liquidjs.Liquid({
      fs, root: ['.'], partials: ['snippets'], layouts: ['layout'], extname: '.liquid', relativeReference: false,
      cache: true, jsTruthy: false, dynamicPartials: true, ownPropertyOnly: true, strictFilters: true, lenientIf: true,
    });
    engine.assets = assets;
    engine.asset = (name) => tree['assets/' + name];
    engine.words = wordsOf(tree);
    engine.parsed = new Map();
    for (const name in known) engine.registerFilter(name, known[name]);
    engine.renderer.renderTemplates = renderTemplates;
    tags(engine);
    return engine;
  }

  function wordsOf(tree) {
    const words = {};
    for (const name in tree) {
      const hit = /^locales\/([a-z-]+)(\.default)?\.json$/i.exec(name);
      if (!hit) continue;
      words[hit[1]] = JSON.parse(tree[name]);
      if (hit[2]) words.default = words[hit[1]];
    }
    return words;
  }

  // As in liquidjs, but an error is printed in its place as Shopify does.
  function renderTemplates(templates, ctx, emitter) {
    emitter = emitter || { buffer: '', write(html) { this.buffer += stringify(html); } };
    for (const tpl of templates) {
      try {
        const html = done(tpl.render(ctx, emitter));
        if (html) emitter.write(html);
        if (ctx.breakCalled || ctx.continueCalled) break;
      } catch (e) {
        emitter.write(complaint(e, tpl.token));
      }
    }
    return emitter.buffer;
  }

  function stringify(v) {
    v = liquidjs.toValue(v);
    if (v === null || v === undefined) return '';
    if (Array.isArray(v)) return v.map(stringify).join('');
    return typeof v === 'object' ? JSON.stringify(v) : String(v);
  }

  function complaint(e, token) {
    const inner = e.originalError || e;
    const where = (e.token && e.token.input ? e.token : token) || {};
    let line = '';
    try { line = ' line ' + where.getPosition()[0]; } catch (_) { /* a token without a text */ }
    const file = (where.file || '').replace(/\.liquid$/, '');
    const kind = e.name === 'ParseError' || e.name === 'TokenizationError' ? 'Liquid syntax error' : 'Liquid error';
    let message = String(inner.message || inner).split('\n')[0].replace(/, file:.*$/, '');
    const missing = /^ENOENT: Failed to lookup "([^"]+)"/.exec(message);
    if (missing) message = `Could not find asset snippets/${missing[1]}.liquid`;
    const text = `${kind} (${file || 'inline'}${line}): ${message}`;
    now.problem(text);
    return known.escape(text);
  }

  function parsed(engine, tree, name) {
    let found = engine.parsed.get(name);
    if (!found) {
      found = { templates: engine.parse(tree[name], name), schema: schemaOf(tree[name]) };
      engine.parsed.set(name, found);
    }
    return found;
  }

  function schemaOf(text) {
    const hit = /\{%-?\s*schema\s*-?%\}([\s\S]*?)\{%-?\s*endschema\s*-?%\}/.exec(text || '');
    return hit ? JSON.parse(hit[1]) : {};
  }

  // What the merchant set, on top of the defaults of the schema.
  function settingsOf(schema, given) {
    const out = {};
    for (const s of schema.settings || []) {
      if (s.id === undefined) continue;
      out[s.id] = s.default;
      if (s.type === 'product' && s.autofill) out[s.id] = now.globals.product;
    }
    return Object.assign(out, given);
  }

  function fill(engine, tree, name, globals) {
    try {
      return engine.renderSync(parsed(engine, tree, name).templates, {}, { globals, sync: true });
    } catch (e) {
      return complaint(e);
    }
  }

  // An app block, as the theme editor would have put it there. A block whose
  // file is missing renders nothing.
  function appBlock(id, block) {
    const hit = /^shopify:\/\/apps\/([\w-]+)\/blocks\/([\w-]+)/.exec(block.type);
    const name = hit && 'blocks/' + hit[2] + '.liquid';
    if (!hit || block.disabled || !(name in trees.extension)) return '';
    let schema;
    try { ({ schema } = parsed(extension, trees.extension, name)); } catch (e) { return complaint(e); }
    const html = fill(extension, trees.extension, name, Object.assign({}, now.globals, now.app, {
      block: { id, type: '@app', settings: settingsOf(schema, block.settings), shopify_attributes: '' },
    }));
    if (html.trim() === '') return '';
    if (schema.stylesheet) now.used.set('css ' + schema.stylesheet, known.stylesheet_tag(extension.assets + schema.stylesheet));
    if (schema.javascript) now.used.set('js ' + schema.javascript, `<script src="${extension.assets}${schema.javascript}" defer></script>`);
    const target = schema.target || 'section';
    return target === 'section' ? `<div id="shopify-block-${id}" class="shopify-block shopify-app-block">${html}</div>` : html;
  }

  // One section with its blocks, wrapped as Shopify wraps them.
  function section(id, given) {
    const name = 'sections/' + given.type + '.liquid';
    if (!(name in trees.theme)) return complaint(new Error(`Section type '${given.type}' does not refer to an existing section file`));
    let schema;
    try { ({ schema } = parsed(theme, trees.theme, name)); } catch (e) { return complaint(e); }
    const blocks = (given.block_order || Object.keys(given.blocks || {})).map((key) => {
      const b = given.blocks[key];
      return b.type.startsWith('shopify://apps/') ? { id: key, type: '@app', settings: {}, app: b } : { id: key, type: b.type, settings: b.settings || {} };
    });
    const html = fill(theme, trees.theme, name, Object.assign({}, now.globals, { section: { id, settings: settingsOf(schema, given.settings), blocks } }));
    const tag = schema.tag || 'div';
    return `<${tag} id="shopify-section-${id}" class="shopify-section${schema.class ? ' ' + schema.class : ''}">${html}</${tag}>`;
  }

  function tags(engine) {
    const silent = (name) => engine.registerTag(name, {
      parse(token, rest) {
        while (rest.length) { const t = rest.shift(); if (t.name === 'end' + name) return; }
        wrong(`'${name}' tag was never closed`);
      },
      render() { return ''; },
    });
    ['schema', 'doc'].forEach(silent);
    const wrapped = (name, open, close) => engine.registerTag(name, {
      parse(token, rest) {
        this.inner = [];
        const stream = engine.parser.parseStream(rest).on('tag:end' + name, () => stream.stop())
          .on('template', (tpl) => this.inner.push(tpl)).on('end', () => wrong(`'${name}' tag was never closed`));
        stream.start();
        this.token = token;
      },
      render(ctx, emitter) {
        const html = engine.renderer.renderTemplates(this.inner, ctx);
        emitter.write(open + html + close);
      },
    });
    wrapped('style', '<style data-shopify>', '</style>');
    engine.registerTag('section', {
      parse(token) { this.name = (/^\s*["']([\w-]+)["']/.exec(token.args) || wrong('section needs a name in quotes'))[1]; },
      render() { return section(this.name, { type: this.name }); },
    });
    const Base = engine.tags.render;
    engine.registerTag('render', class extends Base {
      render(ctx, emitter) {
        if (this.file && this.file.getText) { // {% render block %}: not a name in quotes
          const block = liquidjs.evalToken(this.file, ctx);
          if (block && block.app) emitter.write(appBlock(block.id, block.app));
          else if (typeof block !== 'object') wrong('render needs a name in quotes or a block');
          return;
        }
        super.render(ctx, emitter);
      }
    });
    formTag(engine);
  }

  // {% form 'type', object, attribute: value %}
  const forms = {
    product: () => ({ action: '/cart/add', multipart: true }),
    cart: () => ({ action: '/cart', multipart: true }),
    localization: () => ({ action: '/localization', hidden: { return_to: now.globals.request.path } }),
    customer: () => ({ action: '/contact#contact_form', id: 'contact_form' }),
    contact: () => ({ action: '/contact#contact_form', id: 'contact_form' }),
    customer_login: () => ({ action: '/account/login', id: 'customer_login' }),
    create_customer: () => ({ action: '/account', id: 'create_customer' }),
    customer_address: (a) => ({ action: '/account/addresses' + (a && a.id ? '/' + a.id : '') }),
    new_comment: (a) => ({ action: (a && a.url) + '/comments', id: 'comment_form' }),
  };
  function formTag(engine) {
    engine.registerTag('form', {
      parse(token, rest) {
        const tokenizer = new liquidjs.Tokenizer(token.args, engine.options.operators);
        this.kind = tokenizer.readValue();
        tokenizer.skipBlank();
        if (tokenizer.peek() === ',') tokenizer.advance();
        tokenizer.skipBlank();
        const at = tokenizer.p;
        this.object = tokenizer.readValue();
        tokenizer.skipBlank();
        if (!this.object || tokenizer.peek() === ':') { tokenizer.p = at; this.object = undefined; }
        this.hash = new liquidjs.Hash(token.args.slice(tokenizer.p));
        this.inner = [];
        const stream = engine.parser.parseStream(rest).on('tag:endform', () => stream.stop())
          .on('template', (tpl) => this.inner.push(tpl)).on('end', () => wrong("'form' tag was never closed"));
        stream.start();
      },
      render(ctx, emitter) {
        const kind = liquidjs.evalToken(this.kind, ctx);
        const object = this.object ? liquidjs.evalToken(this.object, ctx) : undefined;
        const extra = this.hash.render(ctx);
        if (!forms[kind]) wrong(`Invalid form type "${kind}"`);
        const f = forms[kind](object);
        if (extra.return_to) { f.hidden = Object.assign({}, f.hidden, { return_to: extra.return_to }); delete extra.return_to; }
        const attributes = Object.assign({ method: 'post', action: f.action, id: f.id, 'accept-charset': 'UTF-8' }, f.multipart ? { enctype: 'multipart/form-data' } : {}, extra);
        let html = '<form' + Object.entries(attributes).filter(([, v]) => v !== undefined).map(([k, v]) => ` ${k}="${known.escape(v)}"`).join('') + '>';
        html += `<input type="hidden" name="form_type" value="${kind}"><input type="hidden" name="utf8" value="✓">`;
        for (const [k, v] of Object.entries(f.hidden || {})) html += `<input type="hidden" name="${k}" value="${known.escape(v)}">`;
        emitter.write(html);
        ctx.push({ form: Object.assign({ errors: null, 'posted_successfully?': false }, (now.globals.forms || {})[kind]) });
        emitter.write(engine.renderer.renderTemplates(this.inner, ctx));
        ctx.pop();
        emitter.write('</form>');
      },
    });
  }

  const theme = makeEngine(trees.theme, '/cdn/shop/t/1/assets/');
  const extension = makeEngine(trees.extension, '/cdn/shop/extensions/zugabe/assets/');

  // render answers {html, problems} for one page. `page` has template, layout,
  // locale, globals, app (what only an app's blocks may read).
  return function render(text) {
    const page = JSON.parse(text);
    const problems = [];
    Object.assign(now, { locale: page.locale, globals: page.globals, app: page.app || {}, used: new Map(), problem: (p) => problems.push(p) });
    const template = JSON.parse(trees.theme['templates/' + page.template + '.json'] || wrong('there is no template ' + page.template));
    const content = template.order.map((id) => section(id, template.sections[id])).join('\n');
    const settings = JSON.parse(trees.theme['config/settings_data.json'] || '{}').current || {};
    const embeds = { head: '', body: '' };
    for (const [id, block] of Object.entries(settings.blocks || {})) {
      const name = (/\/blocks\/([\w-]+)/.exec(block.type) || [])[1];
      const html = appBlock(id, block);
      if (html) embeds[/"target"\s*:\s*"head"/.test(trees.extension['blocks/' + name + '.liquid']) ? 'head' : 'body'] += html;
    }
    now.globals.settings = settings;
    const head = [...now.used.values()].join('\n') + embeds.head;
    let html = fill(theme, trees.theme, 'layout/' + (page.layout || 'theme') + '.liquid',
      Object.assign({}, now.globals, { content_for_layout: content, content_for_header: head }));
    if (embeds.body) html = html.replace(/<\/body>(?![\s\S]*<\/body>)/, () => embeds.body + '</body>');
    return { html, problems };
  };
}
