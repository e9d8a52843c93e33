import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { createFormat, type Format } from './format';
import { languages, speak, type Language, type Say, type Texts } from './texts';

const common = import.meta.glob<Texts>('./common.*.json', { import: 'default' });
const screens = import.meta.glob<Texts>('../screens/*/texts.*.json', { import: 'default' });

// loadCommon and loadScreen get the texts of one language; every language is a file
// of its own, so that nobody downloads five.
export const loadCommon = (language: Language): Promise<Texts> => load(common, `./common.${language}.json`);
export const loadScreen = (screen: string, language: Language): Promise<Texts> => load(screens, `../screens/${screen}/texts.${language}.json`);

async function load(files: Record<string, () => Promise<Texts>>, name: string): Promise<Texts> {
  const file = files[name];
  if (!file) throw new Error(`there is no ${name}`);
  return file();
}

interface Words {
  language: Language;
  locale: string;
  say: Say;
  common: Texts;
}

const nobody: Words = { language: languages[0], locale: 'en', say: (key) => key, common: {} };
export const WordsContext = createContext<Words>(nobody);
export const FormatContext = createContext<Format>(createFormat('en', 'UTC'));

export const words = (language: Language, locale: string, shared: Texts, own: Texts = {}): Words => ({
  language, locale, common: shared, say: speak(language, locale, own, shared),
});

// useTexts gives the screen's texts; what it does not have comes from the common ones.
export const useTexts = (): Say => useContext(WordsContext).say;
export const useWords = (): Words => useContext(WordsContext);

// useFormat writes numbers, money and dates in the reader's language and the shop's zone.
export const useFormat = (): Format => useContext(FormatContext);
