// Debian's Node 18 has Web Crypto, but not as the global that the library uses.
import { webcrypto } from 'node:crypto'
globalThis.crypto ??= webcrypto
