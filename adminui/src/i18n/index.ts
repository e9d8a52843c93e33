import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { createFormat, type Format } from './format';
import { languages, speak, type Language, type Say, type Texts } from './texts';

interface Spoken {
  common: Texts;
  screens: Record<string, () => Promise<Texts>>;
}

// Every language is a chunk of its own, which knows where its screens' texts are:
// nobody downloads five languages, nor the list of five.
const spoken: Record<Language, () => Promise<Spoken>> = {
  en: () => import('./languages/en'),
  de: () => import('./languages/de'),
  da: () => import('./languages/da'),
  pl: () => import('./languages/pl'),
  it: () => import('./languages/it'),
};

export const loadCommon = async (language: Language): Promise<Texts> => (await spoken[language]()).common;

export async function loadScreen(screen: string, language: Language): Promise<Texts> {
  const file = (await spoken[language]()).screens[`../../screens/${screen}/texts.${language}.json`];
  if (!file) throw new Error(`the screen ${screen} has no texts in ${language}`);
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
