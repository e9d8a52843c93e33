import{E as e,J as t,O as n,S as r,T as i,V as a,Y as o,a as s,b as c,dt as l,g as u,k as d,mt as f,ot as p,v as m}from"./_icon_users-Dy0d5auJ.js";import{a as h,c as g,l as _,s as v,t as y}from"./values-B6ySTu3d.js";import{t as b}from"./main-lXK1-eze.js";import{a as x,c as S,t as C}from"./ui-D_1X0P0X.js";var w=[[`path`,{d:`M15 3h6v6`}],[`path`,{d:`M10 14 21 3`}],[`path`,{d:`M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6`}]],T=`{%- comment -%}
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
`).trim(),D={fine:`good`,missing:`warn`,absent:`neutral`,unreachable:`bad`,elsewhere:`bad`,private:`neutral`,empty:`neutral`};function O({looks:n,again:i}){let s=o(),l=t(),p=e(()=>d.POST(`/api/admin/v1/placement-checks`,{})),m=async()=>{await p.run(void 0)&&(u(s(`checked`)),i())},_=n[0],b=(_?.pages??[]).filter(e=>(e.lost??[]).length>0),S=e=>(e??[]).map(e=>s(`name.`+e)).join(`, `),w=[{key:`page`,head:s(`page`),render:e=>a(f,{children:[s(`page.`+e.page),e.path&&a(`span`,{class:`quiet help-line`,children:e.path})]})},{key:`state`,head:s(`state`),render:e=>a(y,{tone:e.lost?.length?`bad`:D[e.state],children:s(e.lost?.length?`look.lost`:`look.`+e.state)})},{key:`found`,head:s(`there`),render:e=>S(e.found)||`–`},{key:`missing`,head:s(`notThere`),render:e=>S(e.missing)||`–`},{key:`weight`,head:s(`weight`),align:`end`,render:e=>e.page_bytes?a(`span`,{class:`nowrap`,children:s(`kb.of`,{ours:A(l,e.our_bytes),all:A(l,e.page_bytes)})}):`–`}];return a(x,{title:s(`check`),lead:s(`check.lead`),actions:a(r,{busy:p.busy,onClick:()=>void m(),children:s(`check.do`)}),children:[p.busy&&a(v,{label:s(`check.busy`),max:1,text:``}),p.problem&&a(c,{problem:p.problem}),b.length>0&&a(h,{tone:`bad`,title:s(`lost.title`),children:[a(`ul`,{children:b.map(e=>a(`li`,{children:[s(`page.`+e.page),`: `,S(e.lost)]},e.page))}),a(`p`,{children:s(`lost.text`)})]}),_?a(f,{children:[a(`p`,{class:`quiet`,children:[s(`check.last`,{host:_.host}),` `,a(g,{at:_.at,time:!0}),`. `,s(`assets`,{script:A(l,_.script_bytes),style:A(l,_.style_bytes)})]}),a(C,{caption:s(`check`),columns:w,rows:_.pages??[],rowKey:e=>e.page}),(_.pages??[]).some(e=>e.state===`elsewhere`)&&a(h,{tone:`warn`,children:a(`p`,{children:s(`elsewhere.text`)})}),n.length>1&&a(`details`,{children:[a(`summary`,{children:s(`history`)}),a(`ul`,{class:`looks`,children:n.slice(1).map(e=>a(`li`,{children:[a(g,{at:e.at,time:!0}),`: `,k(s,e)]},e.at))})]})]}):a(`p`,{class:`quiet`,children:s(`check.none`)})]})}function k(e,t){let n=t.pages??[],r=n.reduce((e,t)=>e+(t.missing??[]).length,0);return r===0?e(`summary.fine`,{n:n.filter(e=>e.state===`fine`).length}):e(`summary.missing`,{n:r})}var A=(e,t)=>e.number(Math.round(t/102.4)/10);function j({name:e}){let n=o(),r=t(),{currency:i}=b(),s={n:25,money:r.money(250,i),balance:250,price:r.money(2490,i)};return a(`figure`,{class:`sample`,"aria-label":n(`sample`),children:a(`div`,{"aria-hidden":`true`,class:e===`launcher`?`sample-page corner`:`sample-page`,children:[e!==`launcher`&&a(`span`,{class:`sample-bar wide`}),(e===`product`||e===`checkout`)&&a(`span`,{class:`sample-price`,children:s.price}),a(`span`,{class:e===`launcher`?`sample-bubble`:`sample-ours`,children:n(`sample.`+e,{n:s.n,money:s.money,balance:r.number(s.balance)})}),e!==`launcher`&&a(`span`,{class:`sample-bar`})]})})}function M(){let e=o(),t=b(),r=n(e=>d.GET(`/api/admin/v1/placements`,{signal:e}),[]);return a(s,{title:e(`title`),lead:e(`lead`),children:a(m,{of:r,lines:8,children:e=>a(f,{children:[a(O,{looks:e.looks??[],again:r.reload}),a(S,{min:360,children:(e.items??[]).map(t=>a(N,{of:t,view:e,again:r.reload},t.name))}),t.host===`shopify`&&a(P,{})]})})})}function N({of:t,view:n,again:r}){let s=o(),f=e(e=>d.PUT(`/api/admin/v1/placements`,{body:{name:t.name,on:e}})),[m,h]=l();p(()=>h(void 0),[t.on]);let g=async(e,n)=>{if(h(e),!await f.run(e))return h(void 0);r(),u(s(e?`turnedOn`:`turnedOff`,{what:s(`name.`+t.name)}),n?{undo:()=>void g(!e,!1)}:{})};return a(x,{title:s(`name.`+t.name),lead:s(`where.`+t.name),actions:a(L,{of:t,view:n}),children:[a(j,{name:t.name}),a(_,{label:s(`show`),value:m??t.on,onValue:e=>void(f.busy||g(e,!0))}),f.problem&&a(c,{problem:f.problem}),t.link?.startsWith(`https://`)&&a(`p`,{children:a(`a`,{class:`button small`,href:t.link,target:`_blank`,rel:`noopener noreferrer`,children:[s(t.embed?`editor.embed`:`editor`),` `,a(i,{of:w,size:14}),a(`span`,{class:`sr`,children:[` `,s(`newTab`)]})]})}),t.block&&a(`details`,{children:[a(`summary`,{children:s(`own`)}),a(`ol`,{class:`steps-plain`,children:[a(`li`,{children:s(`own.1`)}),a(`li`,{children:s(t.embed?`own.2.embed`:`own.2`,{page:s(`page.`+t.page)})}),a(`li`,{children:s(`own.3`)})]}),!t.embed&&a(I,{text:F}),a(`p`,{class:`quiet`,children:s(`own.classic`)})]}),!t.block&&a(`p`,{class:`quiet`,children:s(`checkout.how`)})]})}function P(){let e=o(),t=n(e=>d.GET(`/api/admin/v1/plan`,{signal:e}),[]).data;return t?a(x,{title:e(`invoice`),lead:e(`invoice.lead`),children:[a(`p`,{children:e(`invoice.how`)}),a(`details`,{children:[a(`summary`,{children:e(`invoice.lines`)}),a(I,{text:E(t.plan.redeem.code_prefix??``)})]})]}):null}var F=`{% for block in section.blocks %}
  {% case block.type %}
    {% when '@app' %}{% render block %}
  {% endcase %}
{% endfor %}

{% schema %}
{ "name": "Zugabe", "blocks": [{ "type": "@app" }], "presets": [{ "name": "Zugabe" }] }
{% endschema %}`;function I({text:e}){let t=o();return a(f,{children:[a(`pre`,{class:`snippet`,tabIndex:0,children:e}),a(`p`,{children:a(r,{small:!0,onClick:()=>void navigator.clipboard.writeText(e).then(()=>u(t(`copied`)),()=>u(t(`copy.failed`))),children:t(`copy`)})})]})}function L({of:e,view:t}){let n=o();if(!e.on)return a(y,{children:n(`off`)});let r=t.looks?.[0]?.pages??[];return r.some(t=>t.lost?.includes(e.name))?a(y,{tone:`bad`,children:n(`lost`)}):r.some(t=>t.missing?.includes(e.name))?a(y,{tone:`warn`,children:n(`missing`)}):r.some(t=>t.found?.includes(e.name))?a(y,{tone:`good`,children:n(`found`)}):a(y,{children:n(`unseen`)})}export{M as default};