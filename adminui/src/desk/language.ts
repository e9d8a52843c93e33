import { languageOf, languages, type Language, type Texts } from '../i18n/texts';

const files = import.meta.glob<Texts>('./texts.*.json', { import: 'default' });
const remembered = 'zugabe-desk-language';

// loadDesk gets the desk's texts of one language.
export async function loadDesk(language: Language): Promise<Texts> {
  const file = files[`./texts.${language}.json`];
  if (!file) throw new Error(`the desk does not speak ${language}`);
  return file();
}

// firstLanguage is what was chosen here before, what the link in the mail says, or
// what the browser asks for.
export function firstLanguage(): Language {
  const chosen = recall();
  return chosen ?? languageOf(new URLSearchParams(location.search).get('lang') || navigator.language);
}

// A browser that stores nothing asks again next time.
export function recall(): Language | undefined {
  try {
    return languages.find((l) => l === localStorage.getItem(remembered));
  } catch {
    return undefined;
  }
}

export function remember(language: Language): void {
  try {
    localStorage.setItem(remembered, language);
  } catch {
    // as above
  }
}
