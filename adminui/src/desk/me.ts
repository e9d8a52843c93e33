import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from '../i18n/texts';
import type { Me } from './types';

interface Desk {
  me: Me;
  speak(language: Language): void;
  again(): void; // asks anew who is here and what waits
  leave(): void; // after signing out
}

export const DeskContext = createContext<Desk | undefined>(undefined);

// useDesk is who is signed in. Screens are only shown once it is known.
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('nobody is signed in yet');
  return desk;
}
