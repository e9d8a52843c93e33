import{B as e,F as t,G as n,K as r,R as i,S as a,T as o,at as s,b as c,et as l,ft as u,g as d,t as f,v as p,yt as m}from"./page--uNGM_5a.js";import{t as h}from"./index-D7bt0UcW.js";import{c as g,i as _,o as v,s as y,t as b}from"./values-DkrjiyAL.js";import{a as x,c as S,t as C}from"./ui-xriL6iZN.js";var w=[[`path`,{d:`M15 3h6v6`}],[`path`,{d:`M10 14 21 3`}],[`path`,{d:`M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6`}]],T=`{%- comment -%}
  Redeemed points as their own total line of an invoice or packing slip.

  Put this where the template lists the totals, above the total (in Shopify's Order
  Printer: Templates, Invoice, after the line "Discounts"), and set \`prefix\` to what
  the codes begin with (Zugabe, Rates, "Codes begin with"); leave it empty if they
  have none. It prints one table row, or nothing if no points were used.
{%- endcomment -%}
{%- liquid
  assign prefix = ''
  assign head = prefix | upcase
  if head != blank
    assign head = head | append: '-'
  endif
  assign size = head.size | plus: 16
  assign first = head.size | plus: 4
  assign second = head.size | plus: 10
  assign redeemed = 0
  assign discounts = order.discount_applications | default: discount_applications
  for discount in discounts
    assign code = discount.title | upcase
    assign start = code | slice: 0, head.size
    assign a = code | slice: first
    assign b = code | slice: second
    if code.size == size and a == '-' and b == '-'
      if head == blank or start == head
        assign redeemed = redeemed | plus: discount.total_allocated_amount
      endif
    endif
  endfor
  assign tax = order.tax_price | default: tax_price
  assign total = order.total_price | default: total_price
  assign vat = 0
  if total > 0 and tax > 0
    assign vat = redeemed | times: tax | divided_by: total
  endif
  assign lang = shop.locale | slice: 0, 2
  case lang
    when 'de'
      assign label = 'Eingelöster Bonus'
      assign of_it = 'darin MwSt.'
    when 'da'
      assign label = 'Indløst bonus'
      assign of_it = 'heraf moms'
    when 'pl'
      assign label = 'Wykorzystany bonus'
      assign of_it = 'w tym VAT'
    when 'it'
      assign label = 'Bonus usato'
      assign of_it = 'di cui IVA'
    else
      assign label = 'Redeemed bonus'
      assign of_it = 'VAT in it'
  endcase
-%}
{%- if redeemed > 0 -%}
  <tr class="redeemed-bonus">
    <td>{{ label | escape }}{% if vat > 0 %} <small>({{ of_it | escape }}: {{ vat | money | strip_html | escape }})</small>{% endif %}</td>
    <td style="text-align: right">-{{ redeemed | money | strip_html | escape }}</td>
  </tr>
{%- endif -%}
`,E=e=>T.replace(`assign prefix = ''`,`assign prefix = '${e}'`).replace(/\n {2}Put this where[\s\S]*?(?=\{%- endcomment)/,`
`).trim(),D={fine:`good`,missing:`warn`,absent:`neutral`,unreachable:`bad`,elsewhere:`bad`,private:`neutral`,empty:`neutral`};function O({looks:e,again:o}){let s=r(),l=n(),f=i(()=>u.POST(`/api/admin/v1/placement-checks`,{})),p=async()=>{await f.run(void 0)&&(d(s(`checked`)),o())},h=e[0],g=(h?.pages??[]).filter(e=>(e.lost??[]).length>0),S=e=>(e??[]).map(e=>s(`name.`+e)).join(`, `),w=[{key:`page`,head:s(`page`),render:e=>t(m,{children:[s(`page.`+e.page),e.path&&t(`span`,{class:`quiet help-line`,children:e.path})]})},{key:`state`,head:s(`state`),render:e=>t(b,{tone:e.lost?.length?`bad`:D[e.state],children:s(e.lost?.length?`look.lost`:`look.`+e.state)})},{key:`found`,head:s(`there`),render:e=>S(e.found)||`–`},{key:`missing`,head:s(`notThere`),render:e=>S(e.missing)||`–`},{key:`weight`,head:s(`weight`),align:`end`,render:e=>e.page_bytes?s(`kb.of`,{ours:A(l,e.our_bytes),all:A(l,e.page_bytes)}):`–`}];return t(x,{title:s(`check`),lead:s(`check.lead`),actions:t(a,{busy:f.busy,onClick:()=>void p(),children:s(`check.do`)}),children:[f.busy&&t(v,{label:s(`check.busy`),max:1,text:``}),f.problem&&t(c,{problem:f.problem}),g.length>0&&t(_,{tone:`bad`,title:s(`lost.title`),children:[t(`ul`,{children:g.map(e=>t(`li`,{children:[s(`page.`+e.page),`: `,S(e.lost)]},e.page))}),t(`p`,{children:s(`lost.text`)})]}),h?t(m,{children:[t(`p`,{class:`quiet`,children:[s(`check.last`,{host:h.host}),` `,t(y,{at:h.at,time:!0}),`. `,s(`assets`,{script:A(l,h.script_bytes),style:A(l,h.style_bytes)})]}),t(C,{caption:s(`check`),columns:w,rows:h.pages??[],rowKey:e=>e.page}),(h.pages??[]).some(e=>e.state===`elsewhere`)&&t(_,{tone:`warn`,children:t(`p`,{children:s(`elsewhere.text`)})}),e.length>1&&t(`details`,{children:[t(`summary`,{children:s(`history`)}),t(`ul`,{class:`looks`,children:e.map(e=>t(`li`,{children:[t(y,{at:e.at,time:!0}),` `,k(s,e)]},e.at))})]})]}):t(`p`,{class:`quiet`,children:s(`check.none`)})]})}function k(e,t){let n=t.pages??[],r=n.reduce((e,t)=>e+(t.missing??[]).length,0);return r===0?e(`summary.fine`,{n:n.filter(e=>e.state===`fine`).length}):e(`summary.missing`,{n:r})}var A=(e,t)=>e.number(Math.round(t/102.4)/10);function j({name:e}){let i=r(),a=n(),{currency:o}=h(),s={n:25,money:a.money(250,o),balance:250,price:a.money(2490,o)};return t(`figure`,{class:`sample`,"aria-label":i(`sample`),children:t(`div`,{"aria-hidden":`true`,class:e===`launcher`?`sample-page corner`:`sample-page`,children:[e!==`launcher`&&t(`span`,{class:`sample-bar wide`}),(e===`product`||e===`checkout`)&&t(`span`,{class:`sample-price`,children:s.price}),t(`span`,{class:e===`launcher`?`sample-bubble`:`sample-ours`,children:i(`sample.`+e,{n:s.n,money:s.money,balance:a.number(s.balance)})}),e!==`launcher`&&t(`span`,{class:`sample-bar`})]})})}function M(){let n=r(),i=h(),a=e(e=>u.GET(`/api/admin/v1/placements`,{signal:e}),[]);return t(f,{title:n(`title`),lead:n(`lead`),children:t(p,{of:a,lines:8,children:e=>t(m,{children:[t(O,{looks:e.looks??[],again:a.reload}),t(S,{min:360,children:(e.items??[]).map(n=>t(N,{of:n,view:e,again:a.reload},n.name))}),i.host===`shopify`&&t(P,{})]})})})}function N({of:e,view:n,again:a}){let f=r(),p=i(t=>u.PUT(`/api/admin/v1/placements`,{body:{name:e.name,on:t}})),[m,h]=s();l(()=>h(void 0),[e.on]);let _=async(t,n)=>{if(h(t),!await p.run(t))return h(void 0);a(),d(f(t?`turnedOn`:`turnedOff`,{what:f(`name.`+e.name)}),n?{undo:()=>void _(!t,!1)}:{})};return t(x,{title:f(`name.`+e.name),lead:f(`where.`+e.name),actions:t(L,{of:e,view:n}),children:[t(j,{name:e.name}),t(g,{label:f(`show`),value:m??e.on,onValue:e=>void(p.busy||_(e,!0))}),p.problem&&t(c,{problem:p.problem}),e.link?.startsWith(`https://`)&&t(`p`,{children:t(`a`,{class:`button small`,href:e.link,target:`_blank`,rel:`noopener noreferrer`,children:[f(e.embed?`editor.embed`:`editor`),` `,t(o,{of:w,size:14}),t(`span`,{class:`sr`,children:[` `,f(`newTab`)]})]})}),e.block&&t(`details`,{children:[t(`summary`,{children:f(`own`)}),t(`ol`,{class:`steps-plain`,children:[t(`li`,{children:f(`own.1`)}),t(`li`,{children:f(e.embed?`own.2.embed`:`own.2`,{page:f(`page.`+e.page)})}),t(`li`,{children:f(`own.3`)})]}),!e.embed&&t(I,{text:F}),t(`p`,{class:`quiet`,children:f(`own.classic`)})]}),!e.block&&t(`p`,{class:`quiet`,children:f(`checkout.how`)})]})}function P(){let n=r(),i=e(e=>u.GET(`/api/admin/v1/plan`,{signal:e}),[]).data;return i?t(x,{title:n(`invoice`),lead:n(`invoice.lead`),children:[t(`p`,{children:n(`invoice.how`)}),t(`details`,{children:[t(`summary`,{children:n(`invoice.lines`)}),t(I,{text:E(i.plan.redeem.code_prefix??``)})]})]}):null}var F=`{% for block in section.blocks %}
  {% case block.type %}
    {% when '@app' %}{% render block %}
  {% endcase %}
{% endfor %}

{% schema %}
{ "name": "Zugabe", "blocks": [{ "type": "@app" }], "presets": [{ "name": "Zugabe" }] }
{% endschema %}`;function I({text:e}){let n=r();return t(m,{children:[t(`pre`,{class:`snippet`,tabIndex:0,children:e}),t(`p`,{children:t(a,{small:!0,onClick:()=>void navigator.clipboard.writeText(e).then(()=>d(n(`copied`)),()=>d(n(`copy.failed`))),children:n(`copy`)})})]})}function L({of:e,view:n}){let i=r();if(!e.on)return t(b,{children:i(`off`)});let a=n.looks?.[0]?.pages??[];return a.some(t=>t.lost?.includes(e.name))?t(b,{tone:`bad`,children:i(`lost`)}):a.some(t=>t.missing?.includes(e.name))?t(b,{tone:`warn`,children:i(`missing`)}):a.some(t=>t.found?.includes(e.name))?t(b,{tone:`good`,children:i(`found`)}):t(b,{children:i(`unseen`)})}export{M as default};