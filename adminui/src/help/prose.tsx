import type { ComponentChildren } from 'preact';
import { exists, Link } from '../shell/router';
import type { Block, Inline } from './markdown';
import './help.css';

interface Props {
  blocks: Block[];
  toChapter(chapter: string, words: string): ComponentChildren; // how a link within the manual is drawn
}

// Prose draws a page of the manual.
export function Prose(props: Props) {
  return (
    <div class="prose">
      {props.blocks.map((block, i) => (
        <Part key={i} block={block} {...props} />
      ))}
    </div>
  );
}

function Part({ block, ...how }: Props & { block: Block }) {
  switch (block.is) {
    case 'h':
      return (
        <h2 id={block.id} tabIndex={-1}>
          <Words of={block.text} {...how} />
        </h2>
      );
    case 'p':
      return (
        <p>
          <Words of={block.text} {...how} />
        </p>
      );
    case 'dl':
      return (
        <dl>
          {block.items.map(([word, meaning], i) => (
            <div key={i}>
              <dt>
                <Words of={word} {...how} />
              </dt>
              <dd>
                <Words of={meaning} {...how} />
              </dd>
            </div>
          ))}
        </dl>
      );
    default: {
      const items = block.items.map((item, i) => (
        <li key={i}>
          <Words of={item} {...how} />
        </li>
      ));
      return block.is === 'ol' ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
  }
}

export function Words({ of, toChapter }: { of: Inline[]; toChapter: Props['toChapter'] }) {
  return (
    <>
      {of.map((part, i) => {
        if (typeof part === 'string') return part;
        if (part[0] === 'b') return <strong key={i}>{part[1]}</strong>;
        if (part[0] === 'code') return <code key={i}>{part[1]}</code>;
        if (!part[1].startsWith('/')) return <span key={i}>{toChapter(part[1], part[2])}</span>;
        return exists(part[1]) ? (
          <Link key={i} to={part[1]}>
            {part[2]}
          </Link>
        ) : (
          part[2]
        );
      })}
    </>
  );
}
