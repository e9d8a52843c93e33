import createClient from 'openapi-fetch';
import { answerTo } from './signed';
import type { components, paths } from './schema';

export { nothing, take, type Answer } from './answer';

export type Schemas = components['schemas'];

// api asks the admin API, typed by its document: api.GET('/api/admin/v1/shop').
export const api = createClient<paths>({ baseUrl: location.origin, fetch: answerTo, credentials: 'omit' });
